import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function ApiKeysLoading() {
  return (
    <Page title="API keys" lead="For programs that read this account’s billing, buy credits or send usage.">
      <p role="status" className="sr-only">
        Loading API keys
      </p>
      <CardSkeleton rows={3} />
    </Page>
  )
}
