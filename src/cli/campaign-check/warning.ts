import type { Campaign } from '../../campaigns/campaign.ts'
import { splitFrontMatter } from '../../campaigns/source/front-matter.ts'
import { readSections } from '../../campaigns/source/sections.ts'
import { normaliseSource } from '../../campaigns/source/source-text.ts'
import { type Path, readYaml } from '../../campaigns/source/yaml.ts'

/** Something in a campaign's files that is allowed and probably not meant. */
export type Warning = { file: string; line: number; text: string }

export const formatWarningLine = ({ file, line, text }: Warning): string => `warning: ${file}:${line}: ${text}`

/** A campaign without a fault, with the lines of its files. */
export type CheckedCampaign = {
  campaign: Campaign
  /** A warning about a value of `campaign.yaml`. */
  inFacts(path: Path, text: string): Warning
  /** A warning about a field of the front matter in a language. */
  inFront(locale: string, path: Path, text: string): Warning
  /** A warning about an update in a language, at its heading. */
  inUpdate(locale: string, id: string, text: string): Warning
}

export function checkedCampaign(
  slug: string,
  files: Readonly<Record<string, string>>,
  campaign: Campaign,
): CheckedCampaign {
  const textOf = (name: string) => normaliseSource(files[name] ?? '')
  const path = (name: string) => `campaigns/${slug}/${name}`
  const facts = readYaml(textOf('campaign.yaml'), path('campaign.yaml'))
  return {
    campaign,
    inFacts: (at, text) => ({ file: path('campaign.yaml'), line: facts.lineOf(at), text }),
    inFront(locale, at, text) {
      const file = path(`${locale}.md`)
      const front = readYaml(splitFrontMatter(textOf(`${locale}.md`))?.yaml ?? '', file, 2)
      return { file, line: Math.max(front.lineOf(at), 1), text }
    },
    inUpdate(locale, id, text) {
      const file = path(`${locale}.md`)
      const split = splitFrontMatter(textOf(`${locale}.md`))
      const { dated } = readSections(split?.body ?? '', file, split?.bodyLine ?? 1)
      return { file, line: dated.update.find((update) => update.id === id)?.line ?? 1, text }
    },
  }
}
