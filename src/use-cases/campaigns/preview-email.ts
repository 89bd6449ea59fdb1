import { type Campaign, wordsIn } from '../../campaigns/campaign.ts'
import type { Email } from '../../emails/message.ts'
import type { Preview } from '../../emails/preview.ts'
import type { Result } from '../../kit/result.ts'

type PreviewInput = { email: Email; locale: string; updateId?: string | undefined }

type PreviewOutcome =
  | { kind: 'made'; preview: Preview }
  | { kind: 'no-such-update' }
  | { kind: 'cannot-be-made'; message: string }

/**
 * Renders an e-mail of a campaign for an invented reader, by `render`. An update without `updateId` is the newest.
 */
export async function previewEmail(
  campaign: Campaign,
  input: PreviewInput,
  render: (input: PreviewInput) => Promise<Result<Preview, string>>,
): Promise<PreviewOutcome> {
  const { updates } = wordsIn(campaign, input.locale)
  const hasUpdate = updates.some(({ id }) => input.updateId === undefined || id === input.updateId)
  if (input.email === 'update' && !hasUpdate) return { kind: 'no-such-update' }
  const made = await render(input)
  return made.ok ? { kind: 'made', preview: made.value } : { kind: 'cannot-be-made', message: made.error }
}
