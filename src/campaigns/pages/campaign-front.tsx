import { joinList, translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { type Campaign, type DatedSection, readableLocale, textIn, wordsIn } from '../campaign.ts'
import { type Counters, hasLetters } from '../counters.ts'
import type { CampaignStatus } from '../page-status.ts'
import { acceptsEndorsements, type PublicSubmissions, supportContacts } from '../public-submissions.ts'
import type { Block, Prose } from '../text/prose.ts'
import { ProseView } from '../text/prose-view.tsx'
import { beginningOf, wireWeight } from '../text/wire-weight.ts'
import { Events } from './campaign-events.tsx'
import { languageAttributes } from './campaign-head.tsx'
import { Section, type SectionProps } from './campaign-section.tsx'
import { Demands, newestFirst, UpdateDay } from './campaign-texts.tsx'
import { LetterCount } from './letter-stats.tsx'
import { paperTargets } from './writing/ways-to-write.ts'

/**
 * Weight that the words of a campaign may have on its page; the rest of the page, style and headers take the other
 * bytes of 10,000 (docs/decisions/045-pages-in-ten-kilobytes.md). What does not fit is on the page of the whole case.
 */
const MAX_PAGE_WEIGHT = 2_950
/** The part of the room for longer texts that the newest update may take; the appeal gets the rest. */
const UPDATE_SHARE = 0.4

type FrontProps = {
  locale: string
  campaign: Campaign
  status: CampaignStatus
  now: number
  counters: Counters | null
  submissions: PublicSubmissions | null
}

/** The sections of a campaign's page, cut to its bytes: `first` stands above the sign-up form, `rest` below. */
export function frontSections({ locale: readers, campaign, status, now, counters, submissions }: FrontProps) {
  const live = status === 'open'
  const locale = readableLocale(campaign, readers)
  const words = wordsIn(campaign, readers)
  const reading: SectionProps = { campaign, words, locale, readers, live }
  const short = (
    <>
      <Demands {...reading} />
      <Events
        {...reading}
        campaign={{ ...campaign, events: live ? campaign.events : [] }}
        now={now}
        calendar={paths.calendar(readers, campaign.slug)}
      />
      {live && <TargetNames {...reading} />}
    </>
  )
  const [newest] = newestFirst(words)
  const room = MAX_PAGE_WEIGHT - wireWeight(words.title + words.summary + String(short))
  const update = newest && (
    <NewestUpdate {...reading} update={newest} room={room * UPDATE_SHARE} won={status === 'won'} />
  )
  const left = room - (update === undefined ? 0 : wireWeight(String(update)))
  const attributes = languageAttributes(campaign, readers)
  return {
    first: update && <div {...attributes}>{update}</div>,
    rest: (
      <>
        <article class="sections" {...attributes}>
          {short}
          {status !== 'won' && <AppealBeginning {...reading} room={left} />}
        </article>
        <SoFar {...{ locale: readers, campaign, live, counters, submissions }} />
        <Further locale={readers} campaign={campaign} live={live} />
      </>
    ),
  }
}

const htmlOf = (block: Block): string => String(<ProseView prose={[block]} level={4} />)

type NewestProps = SectionProps & { update: DatedSection; room: number; won: boolean }

function NewestUpdate({ campaign, readers, locale, update, room, won }: NewestProps) {
  const body = beginningOf(update.body, room, htmlOf)
  return (
    <Section title={translator(locale)(won ? 'campaign.outcome' : 'campaign.newest')}>
      <article class="flow" id={`update-${update.id}`}>
        {!won && <h3>{update.title}</h3>}
        <UpdateDay locale={locale} update={update} />
        <ProseView prose={body} level={4} />
        {body.length < update.body.length && <ReadOn slug={campaign.slug} locale={locale} readers={readers} />}
      </article>
    </Section>
  )
}

function AppealBeginning({ campaign, readers, locale, words, room }: SectionProps & { room: number }) {
  const { author, dateline } = words
  const shown: Prose = beginningOf(words.appeal, room, htmlOf)
  return (
    <Section title={translator(locale)('campaign.appeal')}>
      <ProseView prose={shown} />
      {shown.length < words.appeal.length && <ReadOn slug={campaign.slug} locale={locale} readers={readers} />}
      {(author || dateline) && (
        <p class="soft">
          {author && joinList(locale, [author.name, author.office])}
          {author && dateline && <br />}
          {dateline}
        </p>
      )}
    </Section>
  )
}

const ReadOn = ({ slug, locale, readers }: { slug: string; locale: string; readers: string }) => (
  <p>
    <a class="target-size" href={paths.more(readers, slug)}>
      {translator(locale)('embed.open')}
    </a>
  </p>
)

/** The targets by name and role. Their addresses are on the page of the whole case. */
function TargetNames({ campaign, locale }: SectionProps) {
  if (campaign.targets.length === 0) return null
  return (
    <Section title={translator(locale)('campaign.targets')}>
      <ol class="numbered">
        {campaign.targets.map(({ name, role }) => (
          <li>{joinList(locale, [name && textIn(name, locale), textIn(role, locale)])}</li>
        ))}
      </ol>
    </Section>
  )
}

type SoFarProps = Pick<FrontProps, 'locale' | 'campaign' | 'counters' | 'submissions'> & { live: boolean }

/** How many acted so far. */
function SoFar({ locale, campaign, live, counters, submissions }: SoFarProps) {
  const t = translator(locale)
  const endorsements = Math.max(counters?.endorsements ?? 0, submissions?.endorsements.length ?? 0)
  const messages = Math.max(counters?.support ?? 0, submissions?.messages.length ?? 0)
  return (
    <>
      {counters !== null && hasLetters(counters) && (
        <LetterCount locale={locale} campaign={campaign} counters={counters} live={live} />
      )}
      {endorsements + messages > 0 && (
        <div class="flow">
          {endorsements > 0 && <p>{t('campaign.endorsements-count', { count: endorsements })}</p>}
          {messages > 0 && <p>{t('campaign.messages-count', { count: messages })}</p>}
        </div>
      )}
    </>
  )
}

/** Links to everything else: the whole case, and while the campaign is open the other ways to help. */
function Further({ locale, campaign, live }: { locale: string; campaign: Campaign; live: boolean }) {
  const t = translator(locale)
  const { slug } = campaign
  const links: Array<[path: string, text: string] | false> = [
    [paths.more(locale, slug), t('embed.open')],
    live && supportContacts(campaign).length > 0 && [paths.support(locale, slug), t('campaign.send-support')],
    live && acceptsEndorsements(campaign) && [paths.endorse(locale, slug), t('campaign.endorse')],
    live && paperTargets(campaign).length > 0 && [paths.letterSheets(locale, slug), t('sheet.link')],
    live && [paths.share(locale, slug), t('share.title')],
  ]
  return (
    <nav aria-label={t('campaign.further')}>
      <ul class="plain">
        {links.map(
          (link) =>
            link && (
              <li>
                <a class="target-size" href={link[0]}>
                  {link[1]}
                </a>
              </li>
            ),
        )}
      </ul>
    </nav>
  )
}
