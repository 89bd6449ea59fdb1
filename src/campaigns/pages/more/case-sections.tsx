import type { Child } from 'hono/jsx'
import { translator } from '../../../kit/page-texts.ts'
import type { Campaign } from '../../campaign.ts'
import { type Counters, hasLetters } from '../../counters.ts'
import type { PublicSubmissions } from '../../public-submissions.ts'
import type { Prose } from '../../text/prose.ts'
import { ProseView } from '../../text/prose-view.tsx'
import { Claims, Sources } from '../campaign-facts.tsx'
import { Contacts, Organisations, People, Targets } from '../campaign-parties.tsx'
import { ProseSection, Section, type SectionProps } from '../campaign-section.tsx'
import { Endorsements, Messages, Replies } from '../campaign-submissions.tsx'
import { newestFirst, Updates } from '../campaign-texts.tsx'
import { LetterStats } from '../letter-stats.tsx'

/** The whole case, for the page that shows it in parts. */
export type WholeCase = {
  reading: SectionProps
  counters: Counters | null
  submissions: PublicSubmissions | null
}

/**
 * A section that can be cut between its items: `view` shows the items from `from` to before `to`. `source` leads to a
 * source by its id. `reader`: in the reader's language and not in the campaign's.
 */
export type CaseSection = {
  count: number
  reader?: true
  source?: string[]
  view(from: number, to: number, sourceHref: (id: string) => string): Child
}

const ofProse = (prose: Prose | undefined, view: (part: Prose) => Child): CaseSection => ({
  count: prose?.length ?? 0,
  view: (from, to) => view(prose?.slice(from, to) ?? []),
})

/** Every section of a case in the order in which readers look for them. A section without items is left out. */
export function caseSections(whole: WholeCase): CaseSection[] {
  return [...texts(whole.reading), ...parties(whole.reading), ...record(whole.reading), ...voices(whole)].filter(
    ({ count }) => count > 0,
  )
}

function texts({ words, locale, live }: SectionProps): CaseSection[] {
  const t = translator(locale)
  const letter = (prose: Prose, title: string, intro?: string) => (
    <Section title={title} intro={intro}>
      <blockquote class="letter flow">
        <ProseView prose={prose} />
      </blockquote>
    </Section>
  )
  return [
    ofProse(words.appeal, (prose) => <ProseSection locale={locale} title="appeal" prose={prose} />),
    ofProse(words.letter, (prose) =>
      letter(
        prose,
        t(live ? 'campaign.letter' : 'campaign.letter-past'),
        live ? t('campaign.letter-intro') : undefined,
      ),
    ),
    ofProse(words.openLetter, (prose) => letter(prose, t('campaign.open-letter'))),
  ]
}

function parties(reading: SectionProps): CaseSection[] {
  const { campaign, words } = reading
  const changed = (change: Partial<Campaign>) => ({ ...reading, campaign: { ...campaign, ...change } })
  return [
    {
      count: campaign.targets.length,
      view: (from, to) => <Targets {...changed({ targets: campaign.targets.slice(from, to) })} first={from + 1} />,
    },
    {
      count: campaign.copies.length,
      view: (from, to) => <Contacts {...changed({ copies: campaign.copies.slice(from, to) })} list="copies" />,
    },
    {
      count: Math.max(campaign.support.length, words.support === undefined ? 0 : 1),
      view: (from, to) => {
        const { support, ...others } = words
        const shown = from === 0 && support !== undefined ? { ...others, support } : others
        const part = changed({ support: campaign.support.slice(from, to) })
        return <Contacts {...part} words={shown} list="support" />
      },
    },
    {
      count: campaign.organisations.length,
      // The others stay known, because a target's organisation is shown with the target.
      view: (from, to) => <Organisations {...changed({ organisations: campaign.organisations.slice(from, to) })} />,
    },
  ]
}

function record(reading: SectionProps): CaseSection[] {
  const { campaign, words, locale } = reading
  const changed = (change: Partial<Campaign>) => ({ ...reading, campaign: { ...campaign, ...change } })
  return [
    {
      count: campaign.claims.length,
      view: (from, to, sourceHref) => (
        <Claims {...changed({ claims: campaign.claims.slice(from, to) })} sourceHref={sourceHref} />
      ),
    },
    ofProse(words.background, (prose) => <ProseSection locale={locale} title="background" prose={prose} />),
    {
      count: words.updates.length,
      view: (from, to) => <Updates {...reading} words={{ ...words, updates: newestFirst(words).slice(from, to) }} />,
    },
    {
      count: campaign.people.length,
      view: (from, to) => <People {...changed({ people: campaign.people.slice(from, to) })} />,
    },
    {
      count: campaign.sources.length,
      source: campaign.sources.map(({ id }) => id),
      view: (from, to) => <Sources {...changed({ sources: campaign.sources.slice(from, to) })} first={from + 1} />,
    },
  ]
}

/** What others wrote about the case, and how many wrote letters: in the reader's language. */
function voices({ reading: { campaign, readers: locale }, counters, submissions }: WholeCase): CaseSection[] {
  const { replies = [], endorsements = [], messages = [] } = submissions ?? {}
  const part = (change: Partial<PublicSubmissions>) => ({
    ...{ locale, campaign, counters },
    submissions: { replies, endorsements, messages, ...change },
  })
  return [
    {
      count: counters !== null && hasLetters(counters) ? 1 : 0,
      reader: true,
      view: () => counters !== null && <LetterStats {...{ locale, campaign, counters }} />,
    },
    {
      count: replies.length,
      reader: true,
      view: (from, to) => <Replies {...part({ replies: replies.slice(from, to) })} />,
    },
    {
      count: endorsements.length,
      reader: true,
      view: (from, to) => (
        <Endorsements {...part({ endorsements: endorsements.slice(from, to) })} listed={endorsements.length} />
      ),
    },
    {
      count: messages.length || Math.min(counters?.support ?? 0, 1),
      reader: true,
      view: (from, to) => <Messages {...part({ messages: messages.slice(from, to) })} />,
    },
  ]
}
