import { type Campaign, textIn } from '../../../campaigns/campaign.ts'
import type { TargetWish } from '../../../campaigns/counters.ts'
import { deliverableTargets, letterLocale, type Target } from '../../../campaigns/letter-language.ts'
import type { Prose } from '../../../campaigns/text/prose.ts'
import { ProseView } from '../../../campaigns/text/prose-view.tsx'
import { modelBody, ownProse, salutationProse, type Writer } from '../../../emails/letters/letter.ts'
import { directionOf } from '../../../kit/locales.ts'
import { languageName } from '../../../kit/localised-names.ts'
import { joinList, translator } from '../../../kit/page-texts.ts'
import { paths } from '../../../paths.ts'
import { allValues, CheckBoxes, firstValue, TextArea } from '../../../web/form-fields.tsx'
import { ConfirmDraftPage, DraftFormPage, type DraftFormProps, type DraftPageProps } from '../../drafts/pages.tsx'
import { WriterFields } from '../../drafts/writer-fields.tsx'
import { mustBeRead } from '../../submissions/held-letters.ts'
import { CONSENTS, LETTER_FIELDS, linkChoicesOf, MAX_SENTENCE_CHARS, SENTENCE_LINK } from '../letter-fields.ts'
import { CopyNotice } from './copy-notice.tsx'
import { OtherWays } from './other-ways.tsx'

/** Visible lines of the field for the sentence: enough for most sentences on a phone. */
const SENTENCE_ROWS = 5

/** A letter in the target's language. Without a writer it shows where the sentence and the name will stand. */
function LetterView({ campaign, target, writer }: { campaign: Campaign; target: Target; writer?: Writer }) {
  const locale = letterLocale(campaign, target)
  const t = translator(locale)
  const own = writer && ownProse(writer)
  return (
    <blockquote class="letter flow" lang={locale} dir={directionOf(locale)}>
      <ProseView prose={salutationProse(campaign, target)} level={4} />
      {own === undefined ? (
        <p>
          <mark>{t('write.own')}</mark>
        </p>
      ) : (
        <OwnWords prose={own.sentence} />
      )}
      <ProseView prose={modelBody(campaign, target)} level={4} />
      {own === undefined ? <p>{t('write.name')}</p> : <OwnWords prose={own.signature} />}
    </blockquote>
  )
}

/** A writer's words, which may run in another direction than the letter. */
const OwnWords = ({ prose }: { prose: Prose }) => (
  <div dir="auto">
    <ProseView prose={prose} level={4} />
  </div>
)

/** How letters go to a target: as mails of their own, in digests, whichever is sooner, or not at all. */
function wayOf({ ladder }: Target, wish: TargetWish | undefined): 'alone' | 'among' | 'either' | 'left' {
  if (wish !== undefined) return wish === 'digest' ? 'among' : 'left'
  if (!ladder.includes('each')) return 'among'
  return ladder.includes('digest') ? 'either' : 'alone'
}

type RecipientsProps = Pick<DraftPageProps, 'locale' | 'campaign' | 'wishes'> & { writer?: Writer }

/** The targets, each with language, way and letter. On the form the first letter is shown and the others are folded. */
function Recipients({ locale, campaign, wishes = {}, writer }: RecipientsProps) {
  const t = translator(locale)
  return (
    <ol class="numbered">
      {deliverableTargets(campaign).map((target, index) => {
        const role = textIn(target.role, locale)
        const name = target.name === undefined ? undefined : textIn(target.name, locale)
        const language = languageName(locale, letterLocale(campaign, target))
        return (
          <li>
            <h3>{name ?? role}</h3>
            <p class="soft">
              {joinList(locale, [name === undefined ? undefined : role, t('writing.in', { language })])}
            </p>
            <p class="soft">{t(`writing.${wayOf(target, wishes[target.id])}`)}</p>
            {writer === undefined && index > 0 ? (
              <details>
                <summary>{t('writing.letter')}</summary>
                <LetterView campaign={campaign} target={target} />
              </details>
            ) : (
              <LetterView campaign={campaign} target={target} {...(writer && { writer })} />
            )}
          </li>
        )
      })}
    </ol>
  )
}

/**
 * The letter form: first the sentence, then the letter with the gap that it fills, and what those who get it learn
 * about the writer. Below it, the ways to write without this site.
 */
export function WritePage(page: DraftFormProps) {
  const { locale, settings, campaign, wishes, values, errors } = page
  const t = translator(locale)
  const shared = { locale, errors }
  return (
    <DraftFormPage
      {...page}
      title={t('writing.title')}
      path={(l) => paths.write(l, campaign.slug)}
      action={paths.letters(campaign.slug)}
      fields={LETTER_FIELDS}
      submit={t('writing.submit')}
      invented={t('writing.invented')}
      after={<OtherWays locale={locale} settings={settings} campaign={campaign} wishes={wishes} />}
    >
      <TextArea
        {...shared}
        name="sentence"
        label={t('writing.sentence')}
        hint={t('writing.sentence-hint', { most: MAX_SENTENCE_CHARS })}
        value={firstValue(values, 'sentence')}
        rows={SENTENCE_ROWS}
      />
      <LinkChoice {...shared} settings={settings} campaign={campaign} chosen={firstValue(values, 'linked')} />
      <div class="flow">
        <p>{t('writing.how', { sender: settings.senderName })}</p>
        <h2>{t('writing.to')}</h2>
        <Recipients locale={locale} campaign={campaign} wishes={wishes} />
        <p class="note quiet">
          {t('writing.learns')}
          <CopyNotice locale={locale} campaign={campaign} />
        </p>
      </div>
      <WriterFields {...shared} values={values} />
      <CheckBoxes
        {...shared}
        wide
        name="consent"
        legend={t('writing.consent')}
        hint={t('writing.consent-hint')}
        chosen={allValues(values, 'consent')}
        options={CONSENTS.map((value) => ({ value, label: t(`writing.consent-${value}`) }))}
      />
      <p class="small soft">{t('writing.kept')}</p>
    </DraftFormPage>
  )
}

type LinkChoiceProps = Pick<DraftFormProps, 'locale' | 'settings' | 'campaign' | 'errors'> & { chosen: string }

/** After a sentence with a link: what may be done with the link. */
function LinkChoice({ locale, settings, campaign, errors, chosen }: LinkChoiceProps) {
  if (!errors.some(({ message }) => message === SENTENCE_LINK)) return null
  const t = translator(locale)
  return (
    <fieldset class="wide" aria-describedby="linked-hint">
      <legend>{t(SENTENCE_LINK)}</legend>
      <p class="hint" id="linked-hint">
        {t('writing.linked', { sender: settings.senderName })}
      </p>
      <div class="picks">
        {linkChoicesOf(campaign).map((choice, at) => (
          <label>
            <input
              type="radio"
              id={at === 0 ? 'linked' : undefined}
              name="linked"
              value={choice}
              checked={choice === chosen}
            />
            {t(`writing.linked-${choice}`)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** The page behind the confirmation link: each target's letter as it will be sent, and the button. */
export function ConfirmLetterPage({ writer, ...page }: DraftPageProps & { writer: Writer; token: string }) {
  return (
    <ConfirmDraftPage of="letter" {...page}>
      {mustBeRead(writer) && <p class="note">{translator(page.locale)('letter.held')}</p>}
      <h2>{translator(page.locale)('writing.to')}</h2>
      <Recipients locale={page.locale} campaign={page.campaign} wishes={page.wishes} writer={writer} />
    </ConfirmDraftPage>
  )
}
