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
  LanguageOrder,
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

const FIELDS = ['name', 'first', 'locales', 'topics', 'country', 'until']

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
        <Other locale={locale} export={props.exportToken} erase={props.eraseToken} />
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
        {noMore && <NoMoreSection locale={locale} {...noMore} />}
        <Other locale={locale} export={exportToken} erase={erased ? undefined : eraseToken} />
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
        <TextField
          {...shared}
          name="name"
          label={t('form.name')}
          hint={t('form.name-hint')}
          value={supporter.name ?? ''}
          autocomplete="name"
        />
        <LanguageOrder {...shared} locales={settings.locales} chosen={supporter.locales} />
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

function Kept({ locale, supporter }: PreferencesProps) {
  const t = translator(locale)
  const { email, since, consent } = supporter
  return (
    <section class="flow">
      <h2>{t('preferences.record')}</h2>
      <dl class="facts">
        <dt>{t('preferences.email')}</dt>
        <dd>
          <bdi dir="ltr">{email}</bdi>
        </dd>
        <dt>{t('preferences.since')}</dt>
        <dd>{formatDay(locale, since)}</dd>
        <dt>{t('preferences.consent')}</dt>
        <dd>{formatDay(locale, consent.at)}</dd>
      </dl>
    </section>
  )
}

/** Links to the pages of one's own data that have the other buttons. */
function Other({ locale, ...tokens }: { locale: string; export: string; erase?: string | undefined }) {
  const t = translator(locale)
  return (
    <p>
      <a class="target-size" href={paths.export(tokens.export)}>
        {t('preferences.export')}
      </a>{' '}
      {tokens.erase !== undefined && (
        <a class="target-size" href={paths.erase(tokens.erase)}>
          {t('preferences.erase')}
        </a>
      )}
    </p>
  )
}
