import { textIn } from '../../campaigns/campaign.ts'
import { supportContacts } from '../../campaigns/public-submissions.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { allValues, CheckBoxes, CountryField, firstValue, TextArea, TextField } from '../../web/form-fields.tsx'
import { ConfirmDraftPage, DraftFormPage, type DraftFormProps, type DraftPageProps } from '../drafts/pages.tsx'
import { MailboxField, WriterFields } from '../drafts/writer-fields.tsx'
import type { Submission } from './submission.ts'
import { ENDORSEMENT_FIELDS, MAX_MESSAGE_CHARS, SUPPORT_FIELDS, TICKED } from './submission-fields.ts'
import { SubmissionView } from './submission-view.tsx'

/** Visible lines of the field for a message: some paragraphs at once. */
const MESSAGE_ROWS = 8

/** The form for a message of support. Above it: who gets the message, and what they learn about the writer. */
export function SupportPage(page: DraftFormProps) {
  const { locale, campaign, values, errors } = page
  const t = translator(locale)
  const shared = { locale, errors }
  const workers = joinList(
    locale,
    supportContacts(campaign).map(({ name }) => textIn(name, locale)),
  )
  return (
    <DraftFormPage
      {...page}
      title={t('supporting.title')}
      path={(l) => paths.support(l, campaign.slug)}
      action={paths.messages(campaign.slug)}
      fields={SUPPORT_FIELDS}
      submit={t('voicing.submit')}
      invented={t('voicing.invented')}
      before={
        <>
          <p>{t('supporting.how', { workers })}</p>
          <p class="note quiet">{t('supporting.learns')}</p>
        </>
      }
    >
      <TextArea
        {...shared}
        name="text"
        label={t('supporting.text')}
        hint={t('supporting.text-hint', { most: MAX_MESSAGE_CHARS })}
        value={firstValue(values, 'text')}
        rows={MESSAGE_ROWS}
      />
      <WriterFields {...shared} values={values} />
      <CheckBoxes
        {...shared}
        name="shown"
        legend={t('supporting.shown-legend')}
        chosen={allValues(values, 'shown')}
        wide
        options={[{ value: TICKED, label: t('supporting.shown') }]}
      />
      <p class="small soft">{t('supporting.kept')}</p>
    </DraftFormPage>
  )
}

/** The form for an endorsement. Above it: which fields will be public. */
export function EndorsePage(page: DraftFormProps) {
  const { locale, campaign, values, errors } = page
  const t = translator(locale)
  const shared = { locale, errors }
  return (
    <DraftFormPage
      {...page}
      title={t('endorsing.title')}
      path={(l) => paths.endorse(l, campaign.slug)}
      action={paths.endorsements(campaign.slug)}
      fields={ENDORSEMENT_FIELDS}
      submit={t('voicing.submit')}
      invented={t('voicing.invented')}
      before={
        <>
          <p>{t('endorsing.how')}</p>
          <p class="note quiet">{t('endorsing.public')}</p>
        </>
      }
    >
      <TextField
        {...shared}
        name="organisation"
        label={t('endorsing.organisation')}
        value={firstValue(values, 'organisation')}
        required
        autocomplete="organization"
      />
      <TextField {...shared} name="place" label={t('endorsing.place')} value={firstValue(values, 'place')} required />
      <CountryField {...shared} value={firstValue(values, 'country')} />
      <TextField
        {...shared}
        name="signer"
        label={t('endorsing.signer')}
        value={firstValue(values, 'signer')}
        required
        autocomplete="name"
      />
      <TextField
        {...shared}
        name="role"
        label={t('endorsing.role')}
        value={firstValue(values, 'role')}
        required
        autocomplete="organization-title"
      />
      <MailboxField {...shared} value={firstValue(values, 'email')} label={t('endorsing.email')} />
      <p class="small soft">{t('endorsing.kept')}</p>
    </DraftFormPage>
  )
}

/** The page behind the confirmation link: the submission, and the button. */
export function ConfirmSubmissionPage({
  submission,
  ...page
}: DraftPageProps & { submission: Submission; token: string }) {
  return (
    <ConfirmDraftPage of="voice" {...page}>
      <SubmissionView locale={page.locale} campaign={page.campaign} submission={submission} />
    </ConfirmDraftPage>
  )
}
