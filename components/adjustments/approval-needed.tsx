import { Alert } from '@/components/ui/alert'

export function ApprovalNeeded() {
  return (
    <Alert tone="caution" title="A second person has to approve this">
      It is above what one person may move by hand in an account in a day. Nothing happens until then.
    </Alert>
  )
}
