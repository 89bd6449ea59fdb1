import { Hono } from 'hono'
import { acceptsEndorsements, supportContacts } from '../../campaigns/public-submissions.ts'
import { campaignActionsOf } from '../../objects.ts'
import { paths, ROUTES } from '../../paths.ts'
import type { SiteEnv } from '../../web/responses.tsx'
import { draftConfirmation } from '../drafts/confirm-draft.tsx'
import type { DraftForm, DraftKind } from '../drafts/draft-kind.ts'
import { redirectToForm, showForm, submitForm } from '../drafts/routes-draft.tsx'
import type { SubmissionDraft } from './submission.ts'
import { ENDORSEMENT_FIELDS, parseEndorsement, parseSupport, SUPPORT_FIELDS } from './submission-fields.ts'
import { ConfirmSubmissionPage, EndorsePage, SupportPage } from './submission-pages.tsx'

/** The forms for messages of support and for endorsements. */
export const submissionRoutes = new Hono<SiteEnv>()

const submissions: DraftKind<SubmissionDraft> = {
  of: 'voice',
  store: async (env, slug, draft) => campaignActionsOf(env, slug).storeSubmissionDraft(slug, draft),
  delete: async (env, slug, id) => campaignActionsOf(env, slug).deleteSubmissionDraft(id),
  find: async (env, slug, id) => campaignActionsOf(env, slug).findSubmissionDraft(id),
  confirm: async (env, slug, id) => campaignActionsOf(env, slug).confirmSubmission(id),
  localeOf: ({ submission }) => submission.locale,
  page: ({ draft, ...page }) => <ConfirmSubmissionPage submission={draft.submission} {...page} />,
}

export const submissionConfirmation = draftConfirmation(submissions)

const support: DraftForm<SubmissionDraft> = {
  kind: submissions,
  fields: SUPPORT_FIELDS,
  accepts: (campaign) => supportContacts(campaign).length > 0,
  path: paths.support,
  parse: parseSupport,
  page: (props) => <SupportPage {...props} />,
}

const endorsement: DraftForm<SubmissionDraft> = {
  kind: submissions,
  fields: ENDORSEMENT_FIELDS,
  accepts: acceptsEndorsements,
  path: paths.endorse,
  parse: parseEndorsement,
  page: (props) => <EndorsePage {...props} />,
}

submissionRoutes.get(ROUTES.support, showForm(support))
submissionRoutes.get(ROUTES.messages, redirectToForm(support))
submissionRoutes.post(ROUTES.messages, submitForm(support))
submissionRoutes.get(ROUTES.endorse, showForm(endorsement))
submissionRoutes.get(ROUTES.endorsements, redirectToForm(endorsement))
submissionRoutes.post(ROUTES.endorsements, submitForm(endorsement))
