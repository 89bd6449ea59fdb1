import { type Campaign, textIn, wordsIn } from '../campaigns/campaign.ts'
import { carriedTargets, letterLocale, letterWords, type Target } from '../campaigns/letters.ts'
import { ProseView } from '../campaigns/prose.tsx'
import { RiskNotice } from '../campaigns/risk.tsx'
import { Trap } from '../campaigns/sign-up-form.tsx'
import { letterProse, type Writer } from '../emails/letter.ts'
import {
  CheckBoxes,
  CountryField,
  ErrorSummary,
  type FormError,
  type FormValues,
  one,
  TextArea,
  TextField,
} from '../kit/form.tsx'
import { Layout } from '../kit/layout.tsx'
import { directionOf } from '../kit/locales.ts'
import { languageName } from '../kit/names.ts'
import { MessagePage, type PageProps } from '../kit/pages.tsx'
import { inARow, textsIn } from '../kit/texts.ts'
import { paths } from '../paths.ts'
import { CopiesTold } from './copies-told.tsx'
import { CONSENTS, LETTER_FIELDS, MAX_SENTENCE_CHARS } from './letter-fields.ts'

/** Lines of the field for a sentence: as many as it may well need on a phone. */
const SENTENCE_ROWS = 5

type CaseProps = PageProps & { campaign: Campaign }

/** A letter as it will be sent, in the language of whoever gets it. */
function LetterView({ campaign, target, writer }: { campaign: Campaign; target: Target; writer?: Writer }) {
  const locale = letterLocale(campaign, target)
  const { letter = [] } = letterWords(campaign, target)
  return (
    <blockquote class="flow" lang={locale} dir={directionOf(locale)}>
      <ProseView prose={writer === undefined ? letter : letterProse(campaign, target, writer)} level={4} />
    </blockquote>
  )
}

/** How a letter gets to a target: as a mail of its own, with others, or whichever is sooner. */
function wayOf({ ladder }: Target): 'alone' | 'among' | 'either' {
  if (!ladder.includes('each')) return 'among'
  return ladder.includes('digest') ? 'either' : 'alone'
}

function Recipients({ locale, campaign, writer }: { locale: string; campaign: Campaign; writer?: Writer }) {
  const t = textsIn(locale)
  return (
    <ol class="numbered">
      {carriedTargets(campaign).map((target) => {
        const role = textIn(target.role, locale)
        const name = target.name === undefined ? undefined : textIn(target.name, locale)
        const language = languageName(locale, letterLocale(campaign, target))
        return (
          <li>
            <h3>{name ?? role}</h3>
            <p class="soft">{inARow(locale, [name === undefined ? undefined : role, t('writing.in', { language })])}</p>
            <p class="soft">{t(`writing.${wayOf(target)}`)}</p>
            {writer === undefined ? (
              <details>
                <summary>{t('writing.letter')}</summary>
                <LetterView campaign={campaign} target={target} />
              </details>
            ) : (
              <LetterView campaign={campaign} target={target} writer={writer} />
            )}
          </li>
        )
      })}
    </ol>
  )
}

type WriteProps = CaseProps & { stamp: string; values: FormValues; errors: readonly FormError[] }

/** Who is written to and how, what they learn of the writer, and the form. */
export function WritePage({ locale, settings, campaign, stamp, values, errors }: WriteProps) {
  const t = textsIn(locale)
  const shared = { locale, errors }
  const title = t('writing.title')
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={errors.length > 0 ? t('site.error-title', { title }) : title}
      robots="noindex"
      alternates={Object.fromEntries(settings.locales.map((l) => [l, paths.write(l, campaign.slug)]))}
    >
      <div class="narrow flow">
        <h1>{title}</h1>
        <p class="lead">
          <a href={paths.campaign(locale, campaign.slug)}>{wordsIn(campaign, locale).title}</a>
        </p>
        {campaign.invented && <p class="note">{t('writing.invented')}</p>}
        <RiskNotice locale={locale} campaign={campaign} />
        <p>{t('writing.how', { sender: settings.senderName })}</p>
        <p class="note quiet">
          {t('writing.learns')}
          <CopiesTold locale={locale} campaign={campaign} />
        </p>
        <h2>{t('writing.to')}</h2>
        <Recipients locale={locale} campaign={campaign} />
        <form class="card" method="post" action={paths.letters(campaign.slug)} novalidate>
          <ErrorSummary {...shared} fields={LETTER_FIELDS} />
          <TextArea
            {...shared}
            name="sentence"
            label={t('writing.sentence')}
            hint={t('writing.sentence-hint', { most: MAX_SENTENCE_CHARS })}
            value={one(values, 'sentence')}
            rows={SENTENCE_ROWS}
          />
          <TextField
            {...shared}
            name="name"
            label={t('writing.name')}
            value={one(values, 'name')}
            required
            autocomplete="name"
          />
          <TextField
            {...shared}
            name="place"
            label={t('writing.place')}
            hint={t('writing.place-hint')}
            value={one(values, 'place')}
          />
          <TextField
            {...shared}
            name="email"
            type="email"
            label={t('form.email')}
            hint={t('writing.email-hint')}
            value={one(values, 'email')}
            required
            autocomplete="email"
          />
          <CountryField {...shared} value={one(values, 'country')} />
          <CheckBoxes
            {...shared}
            wide
            name="consent"
            legend={t('writing.consent')}
            hint={t('writing.consent-hint')}
            chosen={[values.consent ?? []].flat()}
            options={CONSENTS.map((value) => ({ value, label: t(`writing.consent-${value}`) }))}
          />
          <input type="hidden" name="locale" value={locale} />
          <input type="hidden" name="stamp" value={stamp} />
          <Trap locale={locale} />
          <p class="small soft">{t('writing.kept')}</p>
          <button type="submit">{t('writing.submit')}</button>
        </form>
      </div>
    </Layout>
  )
}

export const BackToCampaign = ({ locale, campaign }: { locale: string; campaign: Campaign }) => (
  <p>
    <a class="button" href={paths.campaign(locale, campaign.slug)}>
      {textsIn(locale)('confirmed.campaign')}
    </a>
  </p>
)

/** The same whether or not a mail went out. */
export function WroteSentPage({ campaign, ...page }: CaseProps) {
  const t = textsIn(page.locale)
  return (
    <MessagePage title={t('wrote.title')} lead={t('wrote.lead')} {...page}>
      <p>{t('sent.missing')}</p>
      <BackToCampaign locale={page.locale} campaign={campaign} />
    </MessagePage>
  )
}

/** The letter once more, and the button: reading a link must never send anything. */
export function ConfirmLetterPage({ campaign, writer, token, ...page }: CaseProps & { writer: Writer; token: string }) {
  const t = textsIn(page.locale)
  return (
    <MessagePage title={t('letter.title')} lead={t('letter.lead')} {...page}>
      <p>
        <strong>{wordsIn(campaign, page.locale).title}</strong>
      </p>
      <form method="post" action={paths.confirm(token)}>
        <button type="submit">{t('letter.button')}</button>
      </form>
      <p class="soft">{t('letter.not-you')}</p>
      <h2>{t('writing.to')}</h2>
      <Recipients locale={page.locale} campaign={campaign} writer={writer} />
    </MessagePage>
  )
}

export function LetterSentPage({ kind, campaign, ...page }: CaseProps & { kind: 'confirmed' | 'already' }) {
  const t = textsIn(page.locale)
  return (
    <MessagePage title={t(`letter-${kind}.title`)} lead={t(`letter-${kind}.lead`)} {...page}>
      <BackToCampaign locale={page.locale} campaign={campaign} />
    </MessagePage>
  )
}

/** Nothing of the campaign is sent any more, or there is no such draft. */
export function NoLetterPage({ kind, ...page }: PageProps & { kind: 'over' | 'gone' | 'full' }) {
  const t = textsIn(page.locale)
  return (
    <MessagePage title={t(`letter-${kind}.title`)} lead={t(`letter-${kind}.lead`)} {...page}>
      <p>
        <a class="button" href={paths.home(page.locale)}>
          {t('confirmed.home')}
        </a>
      </p>
    </MessagePage>
  )
}
