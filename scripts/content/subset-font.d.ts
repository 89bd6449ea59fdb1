/** Types of the part of subset-font that font.ts uses; the package has no types. */
declare module 'subset-font' {
  type Options = { dropTables?: string[]; noHinting?: boolean; noLayoutClosure?: boolean }
  /** Returns a font in the format of the given one, with the characters of `text`. */
  export default function subsetFont(font: Buffer, text: string, options: Options): Promise<Buffer>
}
