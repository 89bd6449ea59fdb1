import type { Settings } from '../env.ts'
import { dayIn } from '../kit/dates.ts'
import { directionOf } from '../kit/locales.ts'
import { textsIn } from '../kit/texts.ts'
import { absolute, paths } from '../paths.ts'
import { type Campaign, textIn } from './campaign.ts'
import { letterLocale, letterWords, type Target } from './letters.ts'
import { ProseView } from './prose.tsx'
import { lastDayOfUse } from './standing.ts'

type SheetProps = { locale: string; settings: Settings; campaign: Campaign; target: Target; live: boolean }

/**
 * The letter to one target as it leaves the printer, in their language. Where the case is not `live` it has no place to
 * sign, and says that it must not be sent.
 */
export function Sheet({ locale, settings, campaign, target, live }: SheetProps) {
  const language = letterLocale(campaign, target)
  const t = textsIn(language)
  const { title, letter, demands } = letterWords(campaign, target)
  const lastDay = lastDayOfUse(campaign)
  return (
    <div class="sheet flow" lang={language} dir={directionOf(language)}>
      <Warnings locale={locale} language={language} campaign={campaign} live={live} />
      <div class="heads">
        {target.channels.post && (
          <address>
            <Lines of={[...addressee(target, language), ...target.channels.post]} />
          </address>
        )}
        {target.channels.fax && (
          <FaxHead language={language} target={target} numbers={target.channels.fax} live={live} />
        )}
      </div>
      <p>
        <strong>{title}</strong>
      </p>
      <p>{textIn(target.salutation, language)}</p>
      {letter && <ProseView prose={letter} />}
      {demands.length > 0 && (
        <>
          <p>{t('sheet.demands')}</p>
          <ol>
            {demands.map((demand) => (
              <li>{demand}</li>
            ))}
          </ol>
        </>
      )}
      {live && <ToFillIn language={language} />}
      <p class="origin">
        {t('sheet.case')} <bdi dir="ltr">{absolute(settings.publicUrl, paths.campaign(language, campaign.slug))}</bdi>
        {live && lastDay && (
          <>
            <br />
            {t('sheet.last-day', { day: dayIn(language, lastDay) })}
          </>
        )}
      </p>
    </div>
  )
}

/** Said to whoever holds the sheet: in the language of the page it came from, and in its own. */
function Warnings({
  locale,
  language,
  campaign,
  live,
}: Pick<SheetProps, 'locale' | 'campaign' | 'live'> & { language: string }) {
  const keys = [...(live ? [] : ['sheet.dead']), ...(campaign.invented ? ['notice.invented'] : [])]
  if (keys.length === 0) return null
  return (
    <div class="notes">
      {[...new Set([locale, language])].map((tongue) => (
        <p class="note" lang={tongue} dir={directionOf(tongue)}>
          <strong>{keys.map((key) => textsIn(tongue)(key)).join(' ')}</strong>
        </p>
      ))}
    </div>
  )
}

type FaxHeadProps = { language: string; target: Target; numbers: readonly string[]; live: boolean }

function FaxHead({ language, target, numbers, live }: FaxHeadProps) {
  const t = textsIn(language)
  return (
    <dl class="facts fax">
      <dt>{t('channel.fax')}</dt>
      {numbers.map((number) => (
        <dd>
          <bdi dir="ltr">{number}</bdi>
        </dd>
      ))}
      <dt>{t('sheet.to')}</dt>
      <dd>
        <Lines of={addressee(target, language)} />
      </dd>
      {live && (
        <>
          <dt>{t('sheet.from')}</dt>
          <dd class="blank" />
          <dt>{t('sheet.pages')}</dt>
          <dd class="blank" />
        </>
      )}
    </dl>
  )
}

const addressee = ({ name, role }: Target, language: string): string[] =>
  [name, role].flatMap((text) => (text === undefined ? [] : [textIn(text, language)]))

const Lines = ({ of }: { of: readonly string[] }) => (
  <>
    {of.map((line, index) => (
      <>
        {index > 0 && <br />}
        {line}
      </>
    ))}
  </>
)

/** A line for a sentence of one's own, and what makes a letter somebody's. */
function ToFillIn({ language }: { language: string }) {
  const t = textsIn(language)
  return (
    <>
      <div class="own-words">
        <p>{t('sheet.own-words')}</p>
        <div class="blank" />
      </div>
      <dl class="signing">
        {['name', 'place', 'date', 'signature'].map((field) => (
          <div>
            <dt>{t(`sheet.${field}`)}</dt>
            <dd class="blank" />
          </div>
        ))}
      </dl>
    </>
  )
}
