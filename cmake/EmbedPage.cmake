# cmake -DPAGE=viewer.html -DOUTPUT=viewer_page.cpp -P EmbedPage.cmake: the page as C++ bytes.
file(READ "${PAGE}" page HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${page}")
string(REPEAT "[^,]*," 20 twenty)
string(REGEX REPLACE "(${twenty})" "\\1\n" bytes "${bytes}")
file(WRITE "${OUTPUT}"
     "// Made by cmake/EmbedPage.cmake from src/viewer/dist/viewer.html.\n"
     "#include \"show/json/viewer.hpp\"\n\nnamespace glassgrad {\nnamespace {\n"
     "constexpr unsigned char page[] = {\n${bytes}};\n}  // namespace\n\n"
     "std::string viewer_page() {\n"
     "  return {reinterpret_cast<const char*>(page), sizeof page};\n}\n\n}  // namespace glassgrad\n")
