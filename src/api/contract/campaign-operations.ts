import { campaignFiles, previewRequest } from './bodies.ts'
import { campaignAnswer, campaignSummary, previewAnswer, publicationAnswer } from './campaign-schemas.ts'
import { BODY_ERRORS, type Operation } from './operation.ts'

const NO_CAMPAIGN = 'There is no such campaign.'

export const CAMPAIGN_OPERATIONS = {
  listCampaigns: {
    method: 'get',
    path: '/api/campaigns',
    scope: 'read',
    summary: 'Lists all campaigns, newest first.',
    answers: { 200: { description: 'A summary of each campaign.', schema: campaignSummary.array() } },
    errors: {},
  },
  getCampaign: {
    method: 'get',
    path: '/api/campaigns/{slug}',
    scope: 'read',
    summary: 'Gets the current revision of a campaign. Tokens without the scope publish do not see its moderators.',
    answers: { 200: { description: 'The campaign.', schema: campaignAnswer, headers: ['ETag'] } },
    errors: { 404: NO_CAMPAIGN },
  },
  publishCampaign: {
    method: 'put',
    path: '/api/campaigns/{slug}',
    scope: 'publish',
    summary: 'Publishes a revision of a campaign from its files.',
    headers: { 'If-Match': 'The revision that must be current, in quotation marks. * accepts any.' },
    body: campaignFiles,
    answers: {
      200: { description: 'A new revision is current.', schema: publicationAnswer, headers: ['ETag'] },
      201: { description: 'A new campaign is published.', schema: publicationAnswer, headers: ['ETag'] },
    },
    errors: { ...BODY_ERRORS, 412: 'Another revision is current.', 422: 'The files or the slug have faults.' },
  },
  previewEmail: {
    method: 'post',
    path: '/api/campaigns/{slug}/preview',
    scope: 'read',
    summary: 'Renders an e-mail of a campaign for an invented reader.',
    body: previewRequest,
    answers: { 200: { description: 'The e-mail.', schema: previewAnswer } },
    errors: { ...BODY_ERRORS, 404: NO_CAMPAIGN, 422: 'The e-mail cannot be rendered.' },
  },
} as const satisfies Record<string, Operation>
