// The page of src/viewer/dist/viewer.html, compiled in by cmake/Viewer.cmake.
#pragma once

#include <string>

namespace glassgrad {
std::string viewer_page();
}
