// A zip archive without compression: enough to hand over numbered frames as one file.

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = table[(sum ^ byte) & 255]! ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** Little-endian fields: [value, width in bytes]. */
function fields(...list: [number, number][]): Uint8Array {
  return Uint8Array.from(
    list.flatMap(([value, width]) =>
      Array.from({ length: width }, (_, i) => (value >>> (8 * i)) & 255),
    ),
  );
}

export function zip(files: { name: string; text: string }[]): Blob {
  const encoder = new TextEncoder(),
    parts: Uint8Array[] = [],
    index: Uint8Array[] = [];
  const date = 0x21; // 1 January 1980: the same input gives the same bytes
  let offset = 0,
    index_size = 0;
  for (const { name, text } of files) {
    const title = encoder.encode(name),
      data = encoder.encode(text),
      sum = checksum(data);
    const common: [number, number][] = [
      [20, 2],
      [0x800, 2],
      [0, 2],
      [0, 2],
      [date, 2],
      [sum, 4],
      [data.length, 4],
      [data.length, 4],
      [title.length, 2],
      [0, 2],
    ];
    parts.push(fields([0x04034b50, 4], ...common), title, data);
    const entry = fields(
      [0x02014b50, 4],
      [20, 2],
      ...common,
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [offset, 4],
    );
    index.push(entry, title);
    offset += 30 + title.length + data.length;
    index_size += entry.length + title.length;
  }
  const end = fields(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [index_size, 4],
    [offset, 4],
    [0, 2],
  );
  return new Blob([...parts, ...index, end] as BlobPart[], { type: "application/zip" });
}
