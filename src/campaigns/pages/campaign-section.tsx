import type { Child } from 'hono/jsx'
import { translator } from '../../kit/page-texts.ts'
import type { Campaign, CampaignWords } from '../campaign.ts'
import type { Prose } from '../text/prose.ts'
import { ProseView } from '../text/prose-view.tsx'

/**
 * Properties of a section: the case in one language, on a page in the language `readers`. `live` while people are asked
 * to act.
 */
export type SectionProps = { campaign: Campaign; words: CampaignWords; locale: string; readers: string; live: boolean }

export function Section({ title, intro, children }: { title: string; intro?: string | undefined; children?: Child }) {
  return (
    <section class="flow">
      <h2>{title}</h2>
      {intro && <p class="soft">{intro}</p>}
      {children}
    </section>
  )
}

/** A section with a title and prose. */
export function ProseSection({ locale, title, prose }: { locale: string; title: string; prose: Prose | undefined }) {
  if (prose === undefined || prose.length === 0) return null
  return (
    <Section title={translator(locale)(`campaign.${title}`)}>
      <ProseView prose={prose} />
    </Section>
  )
}
