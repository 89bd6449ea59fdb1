/** Types of the part of mjml-core that Tocsin uses, since MJML ships none (documentation.mjml.io/#inside-node-js). */
declare module 'mjml' {
  type Options = {
    validationLevel: 'strict' | 'soft' | 'skip'
    keepComments: boolean
    minify: boolean
    /** Fonts for which MJML adds a web font import. Always empty: mails must not load remote files. */
    fonts: Record<string, string>
  }
  export type MjmlError = { line: number; tagName: string; message: string }
  export default function mjml2html(source: string, options: Options): Promise<{ html: string; errors: MjmlError[] }>
}
