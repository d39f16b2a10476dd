from keras import distribution


def split(cut):
    devices = distribution.list_devices()  # as many as there are: two
    mesh = distribution.DeviceMesh((len(devices),), ("workers",), devices)
    layout = distribution.LayoutMap(mesh)  # what is not named, each worker holds whole
    if cut == "units":
        layout[".*fc.*/kernel"] = (None, "workers")  # half of the columns each
        layout[".*fc.*/bias"] = ("workers",)
        layout[".*fc.*/output"] = (None, "workers")
    return distribution.ModelParallel(layout_map=layout, batch_dim_name="workers")
