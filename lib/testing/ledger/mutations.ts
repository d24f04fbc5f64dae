/** A small wrong in one of the ledger's functions, as someone might make it: it must turn the model suite red. */
export type Mutation = Readonly<{ name: string; function: string; from: string; to: string }>

const mutation = (fn: string, name: string, from: string, to: string): Mutation => ({
  function: fn,
  name,
  from,
  to,
})

export const MUTATIONS: readonly Mutation[] = [
  // Locks and replays.
  mutation(
    'spend',
    'takes no lock',
    'if pg_advisory_xact_lock(p_account | 4611686018427387904) is null then return null; end if;',
    '',
  ),
  mutation('lock_account', 'takes no lock', 'pg_advisory_xact_lock(p_account | 4611686018427387904)', 'null'),
  mutation('replay', 'does not look at the input', 'v_posting.input_hash <> p_hash', 'false'),
  mutation(
    'replay',
    'answers another balance',
    'v_posting.balance_micros, v_posting.answer',
    'v_posting.total_micros, v_posting.answer',
  ),
  mutation(
    'begin_posting',
    'does not look for an earlier call',
    `v_result := ledger.replay(p_account, p_reference, p_hash);`,
    '',
  ),
  mutation('begin_posting', 'does not expire first', 'perform ledger.expire_due(p_account, p_now);', 'null;'),
  mutation('spend', 'hashes the code alone', `p_code || '|' || p_micros`, 'p_code'),
  mutation(
    'claw_back',
    'hashes without the amount',
    `concat_ws('|', p_code, p_micros, p_grant_reference)`,
    `concat_ws('|', p_code, p_grant_reference)`,
  ),
  // Spending.
  mutation(
    'spend',
    'refuses the exact balance',
    'if v_total < -p_overdraft_limit',
    'if v_total <= -p_overdraft_limit',
  ),
  mutation(
    'spend',
    'allows one too much',
    'if v_total < -p_overdraft_limit',
    'if v_total + 1 < -p_overdraft_limit',
  ),
  mutation('spend', 'forgets the limit', 'if v_total < -p_overdraft_limit', 'if v_total < 0'),
  mutation(
    'spend',
    'answers insufficient to a replay',
    "if v_result.status is null then return ledger.refusal('insufficient'); end if;",
    `return ledger.refusal('insufficient');`,
  ),
  mutation(
    'spend',
    'burns purchased before promotional',
    'order by spend_rank, priority',
    'order by case spend_rank when 2 then 3 when 3 then 2 else spend_rank end, priority',
  ),
  mutation('spend', 'burns the latest expiry first', 'priority, spend_by, id', 'priority, spend_by desc, id'),
  mutation(
    'spend',
    'burns the newest purchase first',
    'priority, spend_by, id',
    'priority, spend_by, id desc',
  ),
  mutation('spend', 'ignores the priority', 'spend_rank, priority, spend_by', 'spend_rank, spend_by'),
  mutation('spend', 'uses a grant at its instant', 'if v_expires_at <= p_now', 'if v_expires_at < p_now'),
  mutation(
    'spend',
    'says nothing of overdraft',
    `jsonb_build_object('overdraftMicros', v_left)`,
    `jsonb_build_object('overdraftMicros', 0)`,
  ),
  mutation('spend', 'books rent as usage', `when 'rent' then 7`, `when 'rent' then 6`),
  mutation(
    'spend',
    'never notes that the balance is below zero',
    '(v_since is null) = (v_total < 0)',
    'false',
  ),
  mutation(
    'spend_plain',
    'refuses the exact balance',
    '< -p_overdraft_limits[v_i]',
    '<= -p_overdraft_limits[v_i]',
  ),
  mutation(
    'spend_plain',
    'burns the newest purchase first',
    'priority, spend_by, id',
    'priority, spend_by, id desc',
  ),
  mutation(
    'spend_plain',
    'never notes that the balance is below zero',
    'where total < 0 group by 1',
    'where false group by 1',
  ),
  mutation('spend_plain', 'forgets the moments it gave', `v_last + interval '1 microsecond'`, 'null'),
  mutation(
    'is_plain',
    'overlooks a known reference',
    'and not exists (select from ledger.posting where account_id = item.account and posting.reference = item.reference)',
    '',
  ),
  mutation(
    'is_plain',
    'overlooks a reference named twice',
    'count(*) = count(distinct (account, reference))',
    'true',
  ),
  mutation(
    'is_plain',
    'overlooks what is due',
    'and (in_wallet or spend_rank >= 5) and expires_at <= p_now',
    'and false',
  ),
  // Expiry.
  mutation('expire_due', 'expires a moment late', 'expires_at <= p_now', 'expires_at < p_now'),
  mutation(
    'expire_due',
    'expires at the time of the call',
    'v_grant.id, v_grant.expires_at)',
    'v_grant.id, p_now)',
  ),
  mutation(
    'expire_due',
    'books as usage',
    'v_grant.id, 8, v_grant.balance_micros',
    'v_grant.id, 6, v_grant.balance_micros',
  ),
  mutation('balance', 'counts what is due', 'expires_at is null or expires_at > p_now', 'true'),
  mutation(
    'balance',
    'takes a grant off a moment late',
    'expires_at is null or expires_at > p_now',
    'expires_at is null or expires_at >= p_now',
  ),
  // Deposits.
  mutation('grant_credit', 'does not repay the overdraft', 'least(-balance_micros, v_total)', '0::bigint'),
  mutation(
    'grant_credit',
    'repays with promoted credit first',
    'v_repaid_paid := least(v_repaid, p_paid_micros)',
    'v_repaid_paid := greatest(v_repaid - p_promoted_micros, 0)',
  ),
  mutation('grant_credit', 'forgets the promoted part', '+ p_promoted_micros;', ';'),
  mutation(
    'grant_credit',
    'hashes without the amount',
    'p_paid_micros, p_promoted_micros,\n    extract',
    'extract',
  ),
  mutation(
    'record',
    'clears nothing at zero',
    'perform ledger.note(p_account, p_balance, v_at);',
    'if p_balance < 0 then perform ledger.note(p_account, p_balance, v_at); end if;',
  ),
  mutation('note', 'is below zero at zero', 'p_balance < 0', 'p_balance <= 0'),
  mutation('note', 'moves the moment below zero', 'coalesce(below_zero_since, p_at)', 'p_at'),
  // Clawbacks.
  mutation(
    'claw_back',
    'has no cap',
    'least(p_micros, grants.total_micros - grants.clawed_micros)',
    'p_micros',
  ),
  mutation(
    'claw_back',
    'caps each clawback alone',
    'grants.total_micros - grants.clawed_micros',
    'grants.total_micros',
  ),
  mutation(
    'claw_back',
    'caps at what is left',
    'least(p_micros, grants.total_micros - grants.clawed_micros)',
    'least(p_micros, grants.balance_micros)',
  ),
  mutation('claw_back', 'forgets that it clawed', 'clawed_micros + v_micros', 'clawed_micros'),
  mutation('take_back', 'does not begin with its own grant', 'order by id <> p_grant, id', 'order by id'),
  mutation(
    'take_back',
    'takes the newest first',
    'order by id <> p_grant, id',
    'order by id <> p_grant, id desc',
  ),
  mutation('take_back', 'takes promotional credit', `(id = p_grant or category = 'purchased')`, 'id <> 1'),
  mutation(
    'take_back',
    'leaves other purchases alone',
    `(id = p_grant or category = 'purchased')`,
    'id = p_grant',
  ),
  mutation(
    'take_back',
    'forgets the rest',
    'return ledger.move(p_account, p_posting, v_leg, 1, p_contra, v_left);',
    'return v_leg;',
  ),
  // Reversals.
  mutation(
    'reverse',
    'reverses an expiry',
    `v_target.code in ('expiry', 'reversal')`,
    `v_target.code in ('reversal')`,
  ),
  mutation(
    'reverse',
    'returns a clawback of a reversed deposit',
    `reference = 'reversal:' || v_target.target_id`,
    'false',
  ),
  mutation(
    'give_back',
    'does not repay the overdraft',
    'least(v_overdraft, v_part.amount_micros)',
    '0::bigint',
  ),
  mutation('give_back', 'begins with the first leg', 'order by part.leg desc', 'order by part.leg'),
  mutation(
    'give_back',
    'returns to an expired grant',
    'origin.expires_at <= p_now or exists',
    'false and exists',
  ),
  mutation('give_back', 'forgets who expired it before', `reference = 'expiry:' || part.from_id`, 'false'),
  mutation('give_back', 'keeps what was clawed', 'clawed_micros - p_target.total_micros', 'clawed_micros'),
  mutation(
    'take_deposit_back',
    'ignores earlier clawbacks',
    'total_micros - clawed_micros, clawed_micros into',
    'total_micros, clawed_micros into',
  ),
  mutation(
    'take_deposit_back',
    'returns all to Stripe',
    'v_paid := greatest(v_paid - v_clawed, 0);',
    'v_paid := v_left;',
  ),
  mutation(
    'take_deposit_back',
    'lets it be clawed again',
    'clawed_micros = total_micros',
    'clawed_micros = clawed_micros',
  ),
  // Moments.
  mutation(
    'free_moment',
    'takes a crowded moment',
    'if v_next is null then return v_at; end if;',
    'return v_at;',
  ),
  mutation('moment_after', 'takes the moment of the last', `p_last + interval '1 microsecond'`, 'p_last'),
]
