/** Flag of `npm run content`: the Worker gets no campaign marked `example: true`. */
export const WITHOUT_EXAMPLES = '--without-examples'

/** The campaigns that go into the Worker, and a sentence about examples that stay behind; no sentence if none does. */
export function chooseCampaigns<One extends { slug: string; example?: boolean | undefined }>(
  all: readonly One[],
  withExamples: boolean,
): { chosen: One[]; sentence?: string } {
  const left = withExamples ? [] : all.filter(({ example }) => example === true)
  const chosen = all.filter((one) => !left.includes(one))
  if (left.length === 0) return { chosen }
  const names = left.map(({ slug }) => slug).join(', ')
  const found = left.length === 1 ? '1 campaign' : `${left.length} campaigns`
  const rest = chosen.length === 0 ? 'No campaign is left in the folder.' : `In it: ${slugsOf(chosen)}.`
  return {
    chosen,
    sentence: `Left out of the Worker: ${found} marked \`example: true\` (${names}). ${rest} \`npm run deploy -- --with-examples\` takes them along.`,
  }
}

const slugsOf = (campaigns: ReadonlyArray<{ slug: string }>): string => campaigns.map(({ slug }) => slug).join(', ')
