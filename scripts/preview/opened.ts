import { normaliseSource, revisionOf } from '../../src/campaigns/source/source-text.ts'
import { FALLBACK_LOCALE } from '../../src/kit/locales.ts'

/** A draft has no page and no mail. `preview` shows what they will be once the campaign is open. */

const STATUS_LINE = /^(status:[ \t]*)(["']?)draft\2(?=[ \t]*(?:#.*)?$)/m

/** The files of a campaign with its draft opened, and whether it was one. Nothing on disk changes. */
export async function opened(
  files: Readonly<Record<string, string>>,
): Promise<{ files: Record<string, string>; wasDraft: boolean }> {
  const definition = files['campaign.yaml'] ?? ''
  const changed = definition.replace(STATUS_LINE, '$1open')
  if (changed === definition) return { files: { ...files }, wasDraft: false }
  const shown = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, withPlaceholdersAsText(text)]))
  const [before, after] = await Promise.all(
    [files, shown].map((each) => revisionOf(normaliseSource(each[ENGLISH] ?? ''))),
  )
  // A translation of the English text stays one: only the preview has changed that text.
  const stamped = Object.entries(shown).map(([name, text]) => [
    name,
    text.replace(`madeFrom: '${before}'`, `madeFrom: '${after}'`),
  ])
  return { files: { ...Object.fromEntries(stamped), 'campaign.yaml': changed }, wasDraft: true }
}

const ENGLISH = `${FALLBACK_LOCALE}.md`

/** An open campaign may not have `[[…]]`. With backslashes it is a text that looks the same. */
const withPlaceholdersAsText = (text: string): string => text.replace(/^([ \t>]*)\[\[/gm, '$1\\[\\[')
