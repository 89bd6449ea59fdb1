import { TopicBoxes } from '../../campaigns/pages/sign-up-form.tsx'
import { formatDay } from '../../kit/dates.ts'
import { isoDay } from '../../kit/day.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import type { Supporter } from '../../supporter-list/supporter.ts'
import {
  CountryField,
  ErrorSummary,
  type FormError,
  formTitle,
  LanguageBoxes,
  TextField,
} from '../../web/form-fields.tsx'
import { Layout } from '../../web/layout.tsx'
import type { PageProps } from '../../web/message-pages.tsx'
import { NoMoreSection } from '../no-more/pages.tsx'
import type { GonePreferences } from './preferences.ts'

type PreferencesProps = PageProps & {
  /** Token of the preferences form. Export and erasure need their own tokens. */
  token: string
  eraseToken: string
  exportToken: string
  supporter: Supporter
  /** End of the pause, epoch ms. */
  pausedUntil?: number | undefined
  /** Until when the mailbox gets no confirmations (epoch ms), with the token of its link. */
  noMore?: { until: number; token: string } | undefined
  saved: boolean
  errors: readonly FormError[]
}

const FIELDS = ['locales', 'topics', 'country', 'until']

/** Page with a supporter's choices, their stored record, and buttons for export and erasure. */
export function PreferencesPage(props: PreferencesProps) {
  const { locale, settings, errors, saved, pausedUntil } = props
  const t = translator(locale)
  const title = t('preferences.title')
  return (
    <Layout locale={locale} settings={settings} title={formTitle(locale, title, errors)} robots="noindex">
      <div class="narrow sections">
        <div class="flow">
          <h1>{title}</h1>
          {saved && (
            <p class="note quiet" role="status">
              {t('preferences.saved')}
            </p>
          )}
          {pausedUntil !== undefined && <p>{t('preferences.paused', { day: formatDay(locale, pausedUntil) })}</p>}
        </div>
        <Choices {...props} />
        <Kept {...props} />
        {props.noMore && <NoMoreSection locale={locale} {...props.noMore} />}
        <Erasure locale={locale} token={props.eraseToken} />
      </div>
    </Layout>
  )
}

type GoneProps = PageProps & Pick<PreferencesProps, 'eraseToken' | 'exportToken' | 'noMore'> & { gone: GonePreferences }

/** Page for a person who is not on the list: what is still stored, with export, and with erasure unless already erased. */
export function GonePage({ locale, settings, eraseToken, exportToken, gone, noMore }: GoneProps) {
  const { erased, never, proof } = gone
  const t = translator(locale)
  const title = t(erased ? 'erased.title' : proof ? 'left.title' : 'my-data.title')
  return (
    <Layout locale={locale} settings={settings} title={title} robots="noindex">
      <div class="narrow sections">
        <div class="flow">
          <h1>{title}</h1>
          {!never && <p class="lead">{t(erased ? 'erased.lead' : proof ? 'left.kept' : 'left.code')}</p>}
        </div>
        <section class="flow">
          <h2>{t('preferences.export')}</h2>
          <Export locale={locale} token={exportToken} />
        </section>
        {noMore && <NoMoreSection locale={locale} {...noMore} />}
        {!erased && <Erasure locale={locale} token={eraseToken} />}
      </div>
    </Layout>
  )
}

function Choices({ locale, settings, token, supporter, pausedUntil, errors }: PreferencesProps) {
  const t = translator(locale)
  const shared = { locale, errors }
  return (
    <section class="flow">
      <h2>{t('preferences.change')}</h2>
      <form method="post" action={paths.preferences(token)} novalidate>
        <ErrorSummary {...shared} fields={FIELDS} />
        <LanguageBoxes {...shared} locales={settings.locales} chosen={supporter.locales} />
        <TopicBoxes {...shared} chosen={supporter.topics} />
        <CountryField {...shared} value={supporter.country ?? ''} />
        <TextField
          {...shared}
          name="until"
          type="date"
          label={t('preferences.pause')}
          hint={t('preferences.pause-hint')}
          value={pausedUntil === undefined ? '' : isoDay(pausedUntil)}
        />
        <button type="submit">{t('preferences.save')}</button>
      </form>
    </section>
  )
}

function Kept({ locale, supporter, exportToken }: PreferencesProps) {
  const t = translator(locale)
  const { email, name, since, consent } = supporter
  return (
    <section class="flow">
      <h2>{t('preferences.record')}</h2>
      <dl class="facts">
        <dt>{t('preferences.email')}</dt>
        <dd>
          <bdi dir="ltr">{email}</bdi>
        </dd>
        {name !== undefined && (
          <>
            <dt>{t('preferences.name')}</dt>
            <dd>
              <bdi>{name}</bdi>
            </dd>
          </>
        )}
        <dt>{t('preferences.since')}</dt>
        <dd>{formatDay(locale, since)}</dd>
        <dt>{t('preferences.consent')}</dt>
        <dd>{formatDay(locale, consent.at)}</dd>
      </dl>
      <h3>{t('preferences.export')}</h3>
      <Export locale={locale} token={exportToken} />
    </section>
  )
}

function Export({ locale, token }: { locale: string; token: string }) {
  const t = translator(locale)
  return (
    <>
      <p>{t('preferences.export-lead')}</p>
      <form method="post" action={paths.export(token)}>
        <button class="second" type="submit">
          {t('preferences.export-button')}
        </button>
      </form>
    </>
  )
}

/** Erasure button inside a closed `details` element: two steps, because erasure cannot be undone. */
function Erasure({ locale, token }: { locale: string; token: string }) {
  const t = translator(locale)
  return (
    <section class="flow">
      <h2>{t('preferences.erase')}</h2>
      <p>{t('preferences.erase-lead')}</p>
      <details class="flow">
        <summary>{t('preferences.erase-open')}</summary>
        <form method="post" action={paths.erase(token)}>
          <button type="submit">{t('preferences.erase-button')}</button>
        </form>
      </details>
    </section>
  )
}
