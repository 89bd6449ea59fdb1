import type { Settings } from '../../env.ts'
import { directionOf } from '../../kit/locales.ts'
import { languageName } from '../../kit/names.ts'
import { inARow, textsIn } from '../../kit/page-texts.ts'
import { paths, ROUTES } from '../../paths.ts'
import { Layout } from '../../web/layout.tsx'
import { type Campaign, localesOf, readIn, textIn, wordsIn } from '../campaign.ts'
import { isSameLanguage, letterWords, type Target } from '../letters.ts'
import { standingOf } from '../page-status.ts'
import { Notices, spoken } from '../pages/campaign-body.tsx'
import { Contacts, Organisations } from '../pages/campaign-parties.tsx'
import { ChannelList } from '../pages/channels.tsx'
import { Report } from '../pages/self-report-button.tsx'
import { isOnPaper, otherWays } from '../postal-channels.ts'
import { type LetterOnPaper, lettersOnPaper } from './letter-sheet.ts'
import { LETTER_STYLE_HASH } from './letter-style.gen.ts'
import { NoPdf, PdfLinks } from './pages-pdf.tsx'
import { sheetCanBePdf } from './pdf/sheets.ts'
import { Sheet } from './sheet.tsx'

type LetterPageProps = { locale: string; settings: Settings; campaign: Campaign; now: number }
type PartProps = Omit<LetterPageProps, 'now'> & { live: boolean }

/**
 * A campaign on paper: a sheet for each target that has post or fax. Nothing else of the page is printed: what tells the
 * sender of other ways, of copies and of the workers' own addresses must not lie in the same envelope.
 */
export function LetterPage({ locale, settings, campaign, now }: LetterPageProps) {
  const t = textsIn(locale)
  const standing = standingOf(campaign, now)
  const shown = standing !== 'under-review'
  const live = standing === 'open'
  const part = { locale, settings, campaign, live }
  const letters = lettersOnPaper(part, now)
  const title = t(!shown ? 'notice.review-title' : live ? 'sheet.title' : 'sheet.past-title')
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={shown ? `${title}: ${wordsIn(campaign, locale).title}` : title}
      alternates={Object.fromEntries(settings.locales.map((l) => [l, paths.letterSheets(l, campaign.slug)]))}
      written={localesOf(campaign)}
      {...(live ? {} : { robots: 'noindex' })}
      head={<link rel="stylesheet" href={`${ROUTES.letterStyle}?v=${LETTER_STYLE_HASH}`} />}
    >
      <div class="sections measure">
        <div class="off-paper flow">
          {shown && <Notices locale={locale} campaign={campaign} standing={standing} />}
          <h1>{title}</h1>
          {shown ? <Explanation {...part} /> : <p class="lead">{t('notice.review')}</p>}
          {letters.length > 1 && letters.every(({ sheet }) => sheetCanBePdf(sheet)) && (
            <PdfLinks locale={locale} slug={campaign.slug} />
          )}
          <p>
            <a class="target-size" href={paths.campaign(locale, campaign.slug)}>
              {t('sheet.back')}
            </a>
          </p>
        </div>
        {letters.map((letter) => (
          <Letter {...part} {...letter} />
        ))}
        {shown && <Others {...part} />}
      </div>
    </Layout>
  )
}

function Explanation({ locale, campaign, live }: PartProps) {
  const t = textsIn(locale)
  const some = campaign.targets.some(isOnPaper)
  return (
    <>
      <p class="lead" {...spoken(campaign, locale)}>
        {wordsIn(campaign, locale).title}
      </p>
      {!some && <p>{t('sheet.nobody')}</p>}
      {some && <p>{t(live ? 'sheet.lead' : 'sheet.past-lead')}</p>}
      {some && live && <p class="soft">{t('sheet.printing')}</p>}
      {live && (
        <p>
          <a class="target-size" href={paths.campaignText(campaign.slug, readIn(campaign, locale))}>
            {t('plain.link')}
          </a>
        </p>
      )}
    </>
  )
}

function Letter({ locale, campaign, target, live, sheet }: PartProps & LetterOnPaper) {
  const t = textsIn(locale)
  const others = otherWays(target)
  const language = sheet.locale
  return (
    <section class="flow leaf" id={`to-${target.id}`}>
      <div class="off-paper flow">
        <Person campaign={campaign} locale={locale} target={target} />
        {!isSameLanguage(language, target.locale) && (
          <p class="note quiet">
            {t('sheet.missing', { name: languageName(locale, target.locale) })}{' '}
            {t('sheet.nearest', { name: languageName(locale, language) })}
          </p>
        )}
        {sheetCanBePdf(sheet) ? (
          <PdfLinks locale={locale} slug={campaign.slug} target={target.id} />
        ) : (
          <NoPdf locale={locale} />
        )}
        {live && <Report locale={locale} campaign={campaign} how="paper" />}
        {letterWords(campaign, target).stale && <p class="note quiet">{t('notice.stale')}</p>}
        {others && (
          <>
            {live && <p class="soft">{t('sheet.other-ways')}</p>}
            <ChannelList locale={locale} channels={others} live={live} />
          </>
        )}
      </div>
      <Sheet sheet={sheet} />
    </section>
  )
}

function Person({ campaign, locale: readers, target }: { campaign: Campaign; locale: string; target: Target }) {
  const locale = readIn(campaign, readers)
  const role = textIn(target.role, locale)
  const organisation = campaign.organisations.find(({ id }) => id === target.organisation)
  const beside = inARow(locale, [target.name && role, organisation && textIn(organisation.name, locale)])
  return (
    <div {...spoken(campaign, readers)}>
      <h2>{target.name === undefined ? role : textIn(target.name, locale)}</h2>
      {beside && <p class="soft">{beside}</p>}
    </div>
  )
}

/** Everybody whom no sheet goes to, so that no address of the campaign is missing here. */
function Others({ locale: readers, campaign, live }: PartProps) {
  const locale = readIn(campaign, readers)
  const t = textsIn(locale)
  const reading = { campaign, words: wordsIn(campaign, readers), locale, readers, live }
  const without = campaign.targets.filter((target) => !isOnPaper(target))
  return (
    <div class="off-paper sections" lang={locale} dir={directionOf(locale)}>
      {without.length > 0 && (
        <section class="flow">
          <h2>{t('sheet.without')}</h2>
          {without.map((target) => (
            <div class="flow">
              <h3>{textIn(target.name ?? target.role, locale)}</h3>
              {target.name && <p class="soft">{textIn(target.role, locale)}</p>}
              <ChannelList locale={locale} channels={target.channels} live={live} />
            </div>
          ))}
        </section>
      )}
      <Contacts {...reading} list="copies" />
      <Contacts {...reading} list="support" />
      <Organisations {...reading} />
    </div>
  )
}
