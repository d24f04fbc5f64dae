import { MessagePage } from '@/components/shell/message-page'
import { Button } from '@/components/ui/button'
import type { LookEnd } from '@/lib/core/impersonation/look-end'

const WHY: Readonly<Record<LookEnd, string>> = {
  stopped: 'You have stopped it.',
  signed_out: 'You have signed out.',
  expired: 'Its time is over.',
  not_staff: 'You are not staff any more.',
  shut_out: 'The owner of the account lets nobody in any more.',
  of_staff: 'A member of the account is staff now.',
}

type Props = Readonly<{ accountName: string; endedBy: LookEnd; goBack: () => Promise<void> }>

/** All that a session shows whose look is over. */
export function EndedLook({ accountName, endedBy, goBack }: Props) {
  return (
    <MessagePage
      title={`You look into ${accountName} no more`}
      action={
        <form action={goBack}>
          <Button look="primary" type="submit">
            Go back
          </Button>
        </form>
      }
    >
      {WHY[endedBy]} Go back to what is yours, and from there you can begin anew if there is need.
    </MessagePage>
  )
}
