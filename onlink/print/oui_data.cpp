// SPDX-License-Identifier: Apache-2.0
// The packed registry (oui_image.hpp) as read-only data. The assembler copies the file: a compiler would need seconds
// for the same array as source text.
asm(R"(
.pushsection .rodata
.balign 8
.global onlink_oui_image
.hidden onlink_oui_image
onlink_oui_image:
.incbin ")" ONLINK_OUI_IMAGE R"("
.global onlink_oui_image_end
.hidden onlink_oui_image_end
onlink_oui_image_end:
.popsection
)");
