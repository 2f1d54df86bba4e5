// The README's program without the header that converts to and from xtensor arrays.
#define GLASSGRAD_WITHOUT_XTENSOR
#include "glassgrad.cpp"
