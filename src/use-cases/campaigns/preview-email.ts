import { type Campaign, type DatedEmail, datedSections, isDated, wordsIn } from '../../campaigns/campaign.ts'
import type { Email } from '../../emails/message.ts'
import type { Preview } from '../../emails/preview.ts'
import type { Result } from '../../kit/result.ts'

type PreviewInput = { email: Email; locale: string; updateId?: string | undefined }

type PreviewOutcome =
  | { kind: 'made'; preview: Preview }
  | { kind: 'no-such-update'; email: DatedEmail; known: string[] }
  | { kind: 'cannot-be-made'; message: string }

/**
 * Renders an e-mail of a campaign for an invented reader, by `render`. An update or a correction without `updateId`
 * is the newest.
 */
export async function previewEmail(
  campaign: Campaign,
  input: PreviewInput,
  render: (input: PreviewInput) => Promise<Result<Preview, string>>,
): Promise<PreviewOutcome> {
  const { email, locale, updateId } = input
  if (isDated(email)) {
    const known = datedSections(wordsIn(campaign, locale), email).map(({ id }) => id)
    if (updateId === undefined ? known.length === 0 : !known.includes(updateId))
      return { kind: 'no-such-update', email, known }
  }
  const made = await render(input)
  return made.ok ? { kind: 'made', preview: made.value } : { kind: 'cannot-be-made', message: made.error }
}
