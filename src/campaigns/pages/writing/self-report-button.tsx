import { translator } from '../../../kit/page-texts.ts'
import { paths } from '../../../paths.ts'
import type { Campaign } from '../../campaign.ts'
import type { SelfReported } from '../../counters.ts'

type SelfReportButtonProps = { locale: string; campaign: Campaign; how: SelfReported }

/** A button for the self-report “I have sent it”. The form contains no data about the person. */
export function SelfReportButton({ locale, campaign, how }: SelfReportButtonProps) {
  const t = translator(locale)
  return (
    <form method="post" action={paths.reported(campaign.slug)}>
      <input type="hidden" name="how" value={how} />
      <input type="hidden" name="locale" value={locale} />
      <button class="second" type="submit">
        {t(`report.${how}`)}
      </button>
    </form>
  )
}
