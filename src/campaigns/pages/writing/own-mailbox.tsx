import type { Settings } from '../../../env.ts'
import { directionOf, FALLBACK_LOCALE } from '../../../kit/locales.ts'
import { languageName } from '../../../kit/localised-names.ts'
import { translator } from '../../../kit/page-texts.ts'
import { absolute, paths } from '../../../paths.ts'
import { type Campaign, wordsIn } from '../../campaign.ts'
import type { Target } from '../../letter-language.ts'
import { type OwnLetter, ownLetter } from '../../own-mailbox-letter.ts'
import { SelfReportButton } from './self-report-button.tsx'

type OwnMailboxProps = { locale: string; campaign: Campaign; target: Target; settings: Settings }

/**
 * The page section for writing to one target from one's own mailbox: addresses, links that open the letter, and the
 * letter for copying. Callers check that the case is open.
 */
export function OwnMailbox({ locale, campaign, target, settings }: OwnMailboxProps) {
  const t = translator(locale)
  const letter = ownLetter(campaign, target, (wanted) => {
    const pageLocale = settings.locales.includes(wanted) ? wanted : FALLBACK_LOCALE
    return absolute(settings.publicUrl, paths.more(pageLocale, campaign.slug))
  })
  const isStale = letter.locale !== locale && wordsIn(campaign, letter.locale).stale
  return (
    <div class="act note quiet flow">
      <p>{t('write.seen')}</p>
      <p>{t('write.brackets')}</p>
      {letter.locale !== target.locale && <p>{t('write.other', { name: languageName(locale, letter.locale) })}</p>}
      {isStale && <p>{t('notice.stale')}</p>}
      {letter.links === undefined ? <p>{t('write.by-hand')}</p> : <ComposeLinks locale={locale} links={letter.links} />}
      <CopyableLetter locale={locale} letter={letter} id={target.id} />
      <SelfReportButton locale={locale} campaign={campaign} how="own-mailbox" />
    </div>
  )
}

function ComposeLinks({ locale, links }: { locale: string; links: NonNullable<OwnLetter['links']> }) {
  const t = translator(locale)
  return (
    <>
      <p>
        <a class="button" href={links.mailto}>
          {t('write.program')}
        </a>
      </p>
      <p>
        {t('write.web')}
        {links.webMail.map(({ name, url }, place) => (
          <>
            {place > 0 ? ' · ' : ' '}
            <a class="target-size" href={url} rel="noopener noreferrer" referrerpolicy="no-referrer">
              {name}
            </a>
          </>
        ))}
      </p>
      {!links.whole && <p>{t('write.beginning')}</p>}
    </>
  )
}

/** Visible lines of the letter; the rest scrolls. */
const LETTER_ROWS = 14

/** All parts of the mail for copying, for people whose mail program does not open the link. */
function CopyableLetter({ locale, letter, id }: { locale: string; letter: OwnLetter; id: string }) {
  const t = translator(locale)
  const spoken = { lang: letter.locale, dir: directionOf(letter.locale) }
  return (
    <details>
      <summary>{t('write.copy')}</summary>
      <dl class="facts">
        <dt>{t('write.to')}</dt>
        <dd>
          <bdi dir="ltr">{letter.to.join(', ')}</bdi>
        </dd>
        {letter.cc.length > 0 && (
          <>
            <dt>{t('write.copies')}</dt>
            <dd>
              <bdi dir="ltr">{letter.cc.join(', ')}</bdi>
            </dd>
          </>
        )}
        <dt>{t('write.subject')}</dt>
        <dd>
          <bdi {...spoken}>{letter.subject}</bdi>
        </dd>
      </dl>
      <p class="field">
        <label for={`letter-${id}`}>{t('write.text')}</label>
        <textarea id={`letter-${id}`} readonly rows={LETTER_ROWS} {...spoken}>
          {letter.text}
        </textarea>
      </p>
    </details>
  )
}
