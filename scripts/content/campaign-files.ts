import { frontMatter } from '../../src/campaigns/campaign.ts'
import { definition } from '../../src/campaigns/definition.ts'
import { type FileField, fieldsOf, flat } from '../../src/cli/campaign-files/field-list.ts'
import {
  DEFINITION_NOTES,
  type FieldNote,
  FRONT_NOTES,
  SECTION_NOTES,
} from '../../src/cli/campaign-files/field-notes.ts'

/** The text of docs/campaign-files.md, from the schemas and the notes on their fields. */
export const campaignFilesPage = (): string =>
  `${[
    '# The files of a campaign',
    'Made from the schema by `npm run content`; not for editing.',
    'Begin a campaign with `npm run tocsin -- new`: it asks a few questions and writes a folder in which every field is explained. ' +
      'A text in double square brackets that stands alone, `[[Write here what the letter says.]]`, is a placeholder: only a draft may have it.',
    'A campaign is a folder `campaigns/<slug>` with `campaign.yaml` (facts and addresses) and one `<language>.md` for each language (words). ' +
      '`en.md` is required: readers of a language without a text get English. `npm run check` names every fault with file and line.',
    'A text for readers in `campaign.yaml` is one text for all languages, or one for each: `{ en: Picket, fr: Piquet }`. An address or a field that ' +
      'is not known is left out, never empty.',
    '## `campaign.yaml`',
    table(fieldsOf(definition), DEFINITION_NOTES),
    '## `<language>.md`: the fields between the lines `---`',
    table(fieldsOf(frontMatter), FRONT_NOTES),
    '## `<language>.md`: the sections',
    'Headings are in English in every language; they are never shown. Text may have paragraphs, lists, quotations, `### headings`, **bold**, *italic* and links.',
    [
      '| Heading | What it is and where it shows |',
      '|---|---|',
      ...Object.entries(SECTION_NOTES).map(([heading, what]) => `| \`## ${heading}\` | ${what} |`),
    ].join('\n'),
  ].join('\n\n')}\n`

function table(fields: readonly FileField[], notes: Readonly<Record<string, FieldNote>>): string {
  const noted = flat(fields).filter(({ path }) => notes[path] !== undefined)
  const rows = noted.map(({ path, form, isRequired }) => {
    const { what = '', example } = notes[path] ?? {}
    const shown = example === undefined ? '' : `\`${example}\``
    return `| \`${path}\` | ${form}${isRequired ? '; **required**' : ''} | ${shown} | ${what} |`
  })
  return ['| Field | Form | Example | What it is and where it shows |', '|---|---|---|---|', ...rows].join('\n')
}
