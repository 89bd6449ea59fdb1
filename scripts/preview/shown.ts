/** One thing that `preview` shows. */

/** `name`: the file's name without its language. `title`: what it is, in English. `files`: bytes by ending, such as `html`. */
export type Shown = {
  kind: 'page' | 'mail' | 'paper' | 'text'
  locale: string
  name: string
  title: string
  subject?: string
  files: Record<string, Uint8Array>
  /** The page with the style sheets that it links to inside, where the file alone would have none. */
  styled?: string
  warnings?: readonly string[]
}

/** Path of a file of it inside the campaign's folder. */
export const pathOf = ({ kind, locale, name }: Pick<Shown, 'kind' | 'locale' | 'name'>, ending: string): string =>
  `${locale}/${kind === 'mail' ? 'mails/' : ''}${name}.${ending}`
