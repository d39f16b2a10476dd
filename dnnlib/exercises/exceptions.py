"""What to ask a learner whose function stopped with an exception.

Messages of Python and NumPy tell what they could not do; these questions lead to why.
"""

import re

# Words of "TypeOfError: its message", and what to ask; the first that is found counts.
QUESTIONS = (
    (r"indices must be integers or slices, not tuple",
     "`a[i, j]` looks into an array; this is a list of lists. Where does it come from, and should it be an array?"),
    (r"'(list|tuple)' object cannot be interpreted as an integer",
     "One number belongs here (or, for several axes, a tuple in round brackets). What did you hand over?"),
    (r"cannot be interpreted as an integer|single integer|indices must be integers|valid indices",
     "Sizes, counts and indices are whole numbers, and `/` makes a float. Which division stays whole?"),
    (r"(unsupported operand|can only concatenate|not supported between).*(tuple|list|str|NoneType)|multiply sequence",
     "One of the two is not a single number. Which type has each name in this line (the docstring says it)?"),
    (r"truth value of an array",
     "`if`, `and`, `or`, `max(…)` and `min(…)` want one yes or no, and an array has one for every entry. What does "
     "numpy offer that works entry by entry?"),
    (r"tuple index out of range",
     "A shape has one number for each axis. How many axes has this array, and where does it come from?"),
    (r"inhomogeneous|input arrays must have|must match exactly",
     "What you put together is not equally large. Which parts are smaller: those cut off at the border?"),
    (r"array element with a sequence|only (length-1|size-1|0-dim)\S* arrays can be",
     "One number belongs here, and an array came. Over which axes does it still have to be summed up (or which "
     "function works on arrays: `np.…`, not `math.…`)?"),
    (r"Cannot cast ufunc", "An array of whole numbers cannot take numbers with a point. With which type was it made?"),
    (r"could not broadcast input array",
     "What you write has another shape than the place it goes to. Print both: is an axis left over that should have "
     "been summed or maximised away? Does a slice run over the end?"),
    (r"output operand|broadcast together with shapes \(\S* \(\S* \(",
     "What you write or add is not as large as the place it goes to. Does a slice run over the end, or is the array "
     "too small?"),
    (r"operands could not be broadcast",
     "The shapes do not fit together entry by entry. Print both: is one cut off at the border, does an axis lack "
     "(`keepdims=True`), or are two swapped?"),
    (r"matmul|shapes .* not aligned",
     "`@` is a matrix product: the last axis on the left is as long as the last but one on the right (or its only "
     "one). Which shapes have the two? For products entry by entry there is `*`."),
    (r"cannot reshape", "Reshaping keeps the number of entries. How many are there, and how many has the new shape?"),
    (r"need at least one array", "The list is empty: the loop that should fill it never ran. What are its bounds?"),
    (r"negative dimensions|zero-size array|empty (sequence|slice)|is empty|be empty",
     "Something is empty or smaller than nothing. Which size here gets too small: are two axes swapped?"),
    (r"values to unpack",
     "There are not as many names as values to unpack. Print what you unpack: how many has it? (A shape has one number "
     "for every axis.)"),
    (r"AxisError|too many indices|invalid index to scalar|axes don't match",
     "The array has fewer axes than you name. Print its shape: which axis is gone, or never was there?"),
    (r"index -\d+ is out of bounds",
     "A negative index counts from the end, and this one lies before the start. Which index gets too small here, and "
     "which test should have kept it out?"),
    (r"index out of range|is out of bounds",
     "The last index is one less than the length. Which index grows too large here, and what makes it: "
     "a loop, or a shape handed over?"),
    (r"is not callable", "Round brackets call a function; square ones look into an array. Which is meant?"),
    (r"not subscriptable|not iterable|has no len", "This is a single thing and not a list or an array. What did you "
     "take it for?"),
    (r"UnboundLocalError", "Here it is used before it has a value. Where does it begin, before the loop?"),
    (r"NameError", "Is it spelt as where it was made? A function knows its arguments, what it made itself, and what "
     "cells you have run have made."),
    (r"AttributeError.*NoneType", "A function without `return`, such as `list.sort`, gives `None`. Where does it come "
     "from?"),
    (r"AttributeError", "Is it spelt right, and has a thing of this type such a part?"),
    (r"ZeroDivisionError", "Which number is zero here, and why? (Are two arguments in another order?)"),
    (r"unexpected keyword|positional argument|missing \d+ required|data type", "A function is called with other "
     "arguments than it takes. `help(…)` on it shows which."),
    (r"RecursionError", "The function calls itself for ever. When does it stop?"),
    (r"MemoryError|Unable to allocate", "An array became far too large. Which of its sizes is wrong?"),
)


def question(text):
    """Returns the question for an exception written as 'Type: message', or ''."""
    return next((ask for words, ask in QUESTIONS if re.search(words, text)), "")
