/** The part of subset-font that font.ts uses; the package brings no types. */
declare module 'subset-font' {
  type Options = { dropTables?: string[]; noHinting?: boolean; noLayoutClosure?: boolean }
  /** In the format of the font that is given. */
  export default function subsetFont(font: Buffer, text: string, options: Options): Promise<Buffer>
}
