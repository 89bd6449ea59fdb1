/** MJML ships no types. What we use of mjml-core's `mjml2html` (documentation.mjml.io/#inside-node-js). */
declare module 'mjml' {
  type Options = {
    validationLevel: 'strict' | 'soft' | 'skip'
    keepComments: boolean
    minify: boolean
    /** Names whose presence makes MJML import a web font: none of ours may be fetched. */
    fonts: Record<string, string>
  }
  export type MjmlError = { line: number; tagName: string; message: string }
  export default function mjml2html(source: string, options: Options): Promise<{ html: string; errors: MjmlError[] }>
}
