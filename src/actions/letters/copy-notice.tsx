import { type Campaign, textIn } from '../../campaigns/campaign.ts'
import { carriedTargets } from '../../campaigns/letters.ts'
import { listIn, textsIn } from '../../kit/page-texts.ts'

/** Who else reads what somebody writes, and whether they see the writer's address: in Cc of a letter that goes alone everybody does. */
export function CopiesTold({ locale, campaign }: { locale: string; campaign: Campaign }) {
  const t = textsIn(locale)
  const goesAlone = carriedTargets(campaign).some(({ ladder }) => ladder.includes('each'))
  const namesOf = (inCc: boolean) =>
    campaign.copies.flatMap(({ name, channels, by }) =>
      channels.email && (by === 'cc' && goesAlone) === inCc ? [textIn(name, locale)] : [],
    )
  const [copies, cc] = [namesOf(false), namesOf(true)]
  return (
    <>
      {copies.length > 0 && ` ${t('writing.copies', { names: listIn(locale, copies) })}`}
      {cc.length > 0 && ` ${t('writing.cc', { names: listIn(locale, cc) })}`}
    </>
  )
}
