import type { Settings } from '../../env.ts'
import { formatDay } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { languageName } from '../../kit/localised-names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { paths, ROUTES } from '../../paths.ts'
import { Layout } from '../../web/layout.tsx'
import { type Campaign, localesOf, readableLocale, textIn, wordsIn } from '../campaign.ts'
import { isSameLanguage, letterWords, type Target } from '../letter-language.ts'
import { campaignStatus, lastDayOfUse } from '../page-status.ts'
import { languageAttributes, Notices } from '../pages/campaign-head.tsx'
import { Contacts, Organisations } from '../pages/campaign-parties.tsx'
import { ChannelList } from '../pages/channels.tsx'
import { SelfReportButton } from '../pages/writing/self-report-button.tsx'
import { hasPostalChannel, nonPostalChannels } from '../postal-channels.ts'
import { type PrintedLetter, printedLetters } from './letter-sheet.ts'
import { LETTER_STYLE_HASH } from './letter-style.gen.ts'
import { NoPdf, PdfLinks } from './pages-pdf.tsx'
import { sheetCanBePdf } from './pdf/sheets.ts'
import { Sheet } from './sheet.tsx'

type LetterPageProps = { locale: string; settings: Settings; campaign: Campaign; now: number }
type PartProps = Omit<LetterPageProps, 'now'> & { live: boolean }

/**
 * The print page of a campaign: a sheet for each target with post or fax. Only the sheets are printed: notes for the
 * sender, copies and workers' addresses must not end up in the same envelope.
 */
export function LetterPage({ locale, settings, campaign, now }: LetterPageProps) {
  const t = translator(locale)
  const status = campaignStatus(campaign, now)
  const shown = status !== 'under-review'
  const live = status === 'open'
  const part = { locale, settings, campaign, live }
  const letters = printedLetters(part, now)
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
          {shown && <Notices locale={locale} campaign={campaign} status={status} />}
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
          <LetterSection {...part} {...letter} />
        ))}
        {shown && <OtherContacts {...part} />}
      </div>
    </Layout>
  )
}

function Explanation({ locale, campaign, live }: PartProps) {
  const t = translator(locale)
  const some = campaign.targets.some(hasPostalChannel)
  return (
    <>
      <p class="lead" {...languageAttributes(campaign, locale)}>
        {wordsIn(campaign, locale).title}
      </p>
      {!some && <p>{t('sheet.nobody')}</p>}
      {some && <p>{t(live ? 'sheet.lead' : 'sheet.past-lead')}</p>}
      {some && live && <p class="soft">{t('sheet.printing')}</p>}
      {live && (
        <p>
          <a class="target-size" href={paths.campaignText(campaign.slug, readableLocale(campaign, locale))}>
            {t('plain.link')}
          </a>
        </p>
      )}
    </>
  )
}

function LetterSection({ locale, campaign, target, live, sheet }: PartProps & PrintedLetter) {
  const t = translator(locale)
  const others = nonPostalChannels(target)
  const language = sheet.locale
  const lastDay = live ? lastDayOfUse(campaign) : undefined // for whoever sends it: a target does not read it
  return (
    <section class="flow leaf" id={`to-${target.id}`}>
      <div class="off-paper flow">
        <TargetHeading campaign={campaign} locale={locale} target={target} />
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
        {lastDay && <p class="soft">{t('sheet.last-day', { day: formatDay(locale, lastDay) })}</p>}
        {live && <SelfReportButton locale={locale} campaign={campaign} how="paper" />}
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

function TargetHeading({
  campaign,
  locale: readerLocale,
  target,
}: {
  campaign: Campaign
  locale: string
  target: Target
}) {
  const locale = readableLocale(campaign, readerLocale)
  const role = textIn(target.role, locale)
  const organisation = campaign.organisations.find(({ id }) => id === target.organisation)
  const beside = joinList(locale, [target.name && role, organisation && textIn(organisation.name, locale)])
  return (
    <div {...languageAttributes(campaign, readerLocale)}>
      <h2>{target.name === undefined ? role : textIn(target.name, locale)}</h2>
      {beside && <p class="soft">{beside}</p>}
    </div>
  )
}

/** Contacts without a sheet, so that the page shows every address of the campaign. */
function OtherContacts({ locale: readers, campaign, live }: PartProps) {
  const locale = readableLocale(campaign, readers)
  const t = translator(locale)
  const reading = { campaign, words: wordsIn(campaign, readers), locale, readers, live }
  const without = campaign.targets.filter((target) => !hasPostalChannel(target))
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
