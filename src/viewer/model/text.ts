// Names come from a file and may hold anything; what is invisible or turns the writing direction is
// replaced, so that what one reads is what is there.

export const visible = (text: string) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "�");
