import { type Campaign, textIn } from '../../campaigns/campaign.ts'
import { formatDay } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { countryName } from '../../kit/localised-names.ts'
import { translator } from '../../kit/page-texts.ts'
import { TextLines } from '../../web/text-lines.tsx'
import type { ReadableSubmission } from './submission.ts'

/** A whole submission, field by field, for its author and for moderators. */
export function SubmissionView({
  locale,
  campaign,
  submission,
}: {
  locale: string
  campaign: Campaign
  submission: ReadableSubmission
}) {
  const t = translator(locale)
  return (
    <section class="flow">
      <h2>{t(`voice-kind.${submission.kind}`)}</h2>
      <dl class="facts">
        {factsOf(locale, campaign, submission).map(([label, value]) => (
          <>
            <dt>{t(label)}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </>
        ))}
      </dl>
      {'text' in submission && (
        <blockquote
          class="flow"
          {...(submission.kind === 'reply' && { lang: submission.locale, dir: directionOf(submission.locale) })}
        >
          <TextLines text={submission.text} />
        </blockquote>
      )}
    </section>
  )
}

/** The short fields of a submission: the key of each label's text, and the value. */
function factsOf(
  locale: string,
  campaign: Campaign,
  submission: ReadableSubmission,
): Array<[label: string, value: string]> {
  const t = translator(locale)
  const country: Array<[string, string]> =
    'country' in submission && submission.country !== undefined
      ? [['form.country', countryName(locale, submission.country)]]
      : []
  switch (submission.kind) {
    case 'letter':
    case 'support':
      return [
        ['form.name', submission.name],
        ...(submission.place === undefined
          ? []
          : ([['writing.place', submission.place]] satisfies Array<[string, string]>)),
        ...country,
        ...(submission.kind === 'letter'
          ? []
          : ([
              ['supporting.shown-legend', t(submission.shown ? 'supporting.shown-yes' : 'supporting.shown-no')],
            ] satisfies Array<[string, string]>)),
      ]
    case 'endorsement':
      return [
        ['endorsing.organisation', submission.organisation],
        ['endorsing.place', submission.place],
        ...country,
        ['endorsing.signer', submission.signer],
        ['endorsing.role', submission.role],
      ]
    case 'reply': {
      const target = campaign.targets.find(({ id }) => id === submission.target)
      return [
        ['voice-kind.by', target === undefined ? submission.target : textIn(target.role, locale)],
        ['sheet.date', formatDay(locale, submission.date)],
      ]
    }
  }
}
