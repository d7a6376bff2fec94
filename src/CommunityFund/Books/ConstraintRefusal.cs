using System.Collections.Frozen;
using System.Text.Json;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// What the database refuses, as a refusal: the constraint's name is the code, the facts stand in its message. The walls of
/// the books have words of their own, one each; keys, references and lists of values share the words of their kind.
/// </summary>
public static class ConstraintRefusal
{
    /// <summary>A waiting payment would promise more than the fund has.</summary>
    public const string HoldAboveAvailable = "database.hold-above-available";

    /// <summary>The fund's restricted gifts do not reach for the restricted expense.</summary>
    public const string LotsNotEnough = "database.lots-not-enough";

    /// <summary>The restricted gifts that are left may not be spent on that day.</summary>
    public const string LotsOutsidePeriod = "database.lots-outside-period";

    /// <summary>The restricted gifts that are left may not be spent on what the voucher is for.</summary>
    public const string LotsAgainstPurpose = "database.lots-against-purpose";

    /// <summary>A voucher names more of a gift than is left of it.</summary>
    public const string LotNamedBeyondLeft = "database.lot-named-beyond-left";

    /// <summary>Restricted gifts of that day or later are there, or wait.</summary>
    public const string ClauseBackwards = "database.clause-backwards";

    /// <summary>A gift names a clause of another fund than its own.</summary>
    public const string ClauseOfOtherFund = "database.clause-of-other-fund";

    /// <summary>A fund that is to be closed has something left, or something waits for it.</summary>
    public const string FundNotEmpty = "database.fund-not-empty";

    /// <summary>Both sides have not signed for what a voucher hands from fund to fund.</summary>
    public const string TransferNotSigned = "database.transfer-not-signed";

    /// <summary>Restricted money would come where the same restriction does not bind it.</summary>
    public const string TransferOtherRestriction = "database.transfer-other-restriction";

    /// <summary>A transfer asks for more than is bound by nobody.</summary>
    public const string TransferAboveUnrestricted = "database.transfer-above-unrestricted";

    /// <summary>More is to be designated than is unrestricted and not designated yet.</summary>
    public const string DesignationAboveFree = "database.designation-above-free";

    /// <summary>More principal is to stay than the fund has available.</summary>
    public const string PrincipalAboveAvailable = "database.principal-above-available";

    /// <summary>Own cash of a fund would fall below its floor.</summary>
    public const string OwnCashFloor = "database.own-cash-floor";

    /// <summary>Opening balances are there, or wait, already.</summary>
    public const string OneOpening = "database.voucher-one-opening";

    /// <summary>A reversal of this voucher waits or is posted already.</summary>
    public const string OneReversal = "database.voucher-one-reversal";

    /// <summary>Vouchers rest on the whole of this bank line already, or on more of it than leaves what is asked.</summary>
    public const string BankLineTaken = "database.bank-line-taken";

    /// <summary>The voucher moves another amount through the bank account than the bank line.</summary>
    public const string BankLineAmount = "database.bank-line-amount";

    /// <summary>The bank line was set aside as needing no voucher.</summary>
    public const string BankLineIgnored = "database.bank-line-ignored";

    /// <summary>The bank line may be one that another file told of; nobody has decided whether it is.</summary>
    public const string BankLineDoubtful = "database.bank-line-doubtful";

    /// <summary>The fund is frozen or closed.</summary>
    public const string FundNotOpen = "database.fund-not-open";

    /// <summary>The day lies outside the period it would be booked in.</summary>
    public const string OutsidePeriod = "database.entry-outside-period";

    /// <summary>The month is closed.</summary>
    public const string PeriodClosed = "database.entry-period-closed";

    /// <summary>The month to be closed is not over.</summary>
    public const string PeriodNotOver = "database.period-not-over";

    /// <summary>An earlier month is open.</summary>
    public const string PeriodEarlierOpen = "database.period-earlier-open";

    /// <summary>Vouchers wait in the month to be closed.</summary>
    public const string PeriodVoucherWaits = "database.period-voucher-waits";

    /// <summary>A bank account moved in the month, and nobody has reconciled it to the month's end.</summary>
    public const string PeriodBankUnreconciled = "database.period-bank-unreconciled";

    /// <summary>The books have changed since the bank account was reconciled.</summary>
    public const string PeriodBankStale = "database.period-bank-stale";

    /// <summary>The month was closed before.</summary>
    public const string PeriodAlreadyClosed = "database.period-already-closed";

    /// <summary>The month lies before the opening day, so there is nothing to close.</summary>
    public const string PeriodBeforeOpening = "database.period-before-opening";

    /// <summary>Opening balances close with the first month and never by themselves.</summary>
    public const string PeriodWithFirstMonth = "database.period-with-first-month";

    /// <summary>The annual report was not approved, by which the adjusting period closes.</summary>
    public const string PeriodNotApproved = "database.period-not-approved";

    /// <summary>Income or expense has not gone into net assets.</summary>
    public const string PeriodNotCarried = "database.period-not-carried";

    /// <summary>Money received before the month is nobody's yet, and nobody said why.</summary>
    public const string PeriodSuspenseOld = "database.period-suspense-old";

    /// <summary>The rule that would review is not approved for the day.</summary>
    public const string RuleNotApproved = "database.review-rule-not-approved";

    /// <summary>Another proposal about the rule waits.</summary>
    public const string RuleOneWaiting = "database.review-rule-one-waiting";

    /// <summary>The calendar has no such period.</summary>
    public const string PeriodUnknown = "database.period-unknown";

    /// <summary>Somebody else added the year at the same moment.</summary>
    public const string PeriodOpened = "database.period-pkey";

    /// <summary>Money held for others stands in the agency fund only, and nothing else does.</summary>
    public const string AgencyFund = "database.line-agency-fund";

    /// <summary>Lines stand on sub-accounts where the foundation has made some.</summary>
    public const string HasSubAccounts = "database.line-has-sub-accounts";

    /// <summary>A gift that others have spent from is to be undone, and nothing takes over what was spent.</summary>
    public const string LotAlreadyUsed = "database.lot-already-used";

    /// <summary>A gift is to be undone while vouchers wait that draw on it.</summary>
    public const string LotWaitedFor = "database.lot-waited-for";

    /// <summary>A document was uploaded too long ago, by somebody else, or never.</summary>
    public const string DocumentUploadGone = "database.document-upload-gone";

    /// <summary>The document, or its e-invoice, proves another voucher already.</summary>
    public const string DocumentUsedAlready = "database.document-used-already";

    /// <summary>The voucher has no document that proves it.</summary>
    public const string VoucherNeedsDocument = "database.voucher-needs-document";

    /// <summary>More comes or goes back than the original was.</summary>
    public const string RefundAbove = "database.refund-above";

    /// <summary>An agreement or appeal was decided about already.</summary>
    public const string PromiseOutOfTurn = "database.promise-out-of-turn";

    /// <summary>Who wrote an agreement or appeal down does not confirm it.</summary>
    public const string PromiseSamePerson = "database.promise-same-person";

    /// <summary>A gift names an agreement or appeal that nobody has confirmed.</summary>
    public const string GiftOfUnconfirmed = "database.gift-of-unconfirmed";

    /// <summary>The batch is prepared or given up.</summary>
    public const string GiftBatchOver = "database.gift-batch-over";

    /// <summary>The gifts of a batch are not as many, or do not come to as much, as was said first.</summary>
    public const string GiftBatchUnequal = "database.gift-batch-unequal";

    /// <summary>A row refers to something that is not there.</summary>
    public const string Reference = "database.reference";

    /// <summary>There is one already.</summary>
    public const string Twice = "database.twice";

    /// <summary>Something that must be there is missing.</summary>
    public const string Missing = "database.missing";

    /// <summary>A value is not one of those allowed.</summary>
    public const string Value = "database.value";

    /// <summary>Anything else: a fault of the program that the database stopped.</summary>
    public const string Unexpected = "database.unexpected";

    /// <summary>Constraints with words of their own; the rest share the words of their kind.</summary>
    private static readonly FrozenSet<string> Named =
    [
        "account_unlike_parent", "agency_matter_floor", "agency_matter_not_agreed", "agency_move_unlike_voucher",
        "agency_recipient_floor", "agency_recipient_unbalanced", "append_only", "bank_file_overlapped",
        "bank_file_undone_already", "bank_file_unknown", "bank_file_used", "bank_line_amount", "bank_line_doubtful",
        "bank_line_ignored", "bank_line_taken", "bank_match_is_evidence", "bank_match_locked", "bank_match_voucher_gone",
        "bank_match_voucher_waits", "bank_rule_looks_at_something", "bank_rule_once", "bank_tick_nothing",
        "campaign_filed_late", "campaign_filed_once", "campaign_filed_too_late", "cash_count_sum",
        "checkpoint_beyond", "checkpoint_not_growing", "checkpoint_peaks", "checkpoint_time", "closing_checkpoint_open",
        "change_over_account_unknown", "change_over_by_two", "change_over_december_open", "change_over_not_carried",
        "change_over_not_signed", "change_over_old_vouchers", "clause_backwards", "clause_needs_restriction",
        "clause_of_other_fund", "close_unlike_balances", "close_without_closing", "correction_not_possible",
        "correction_without_reversal", "debt_follows_voucher", "debt_invoice_twice", "debt_out_of_turn", "debt_same_person",
        "decision_by_two", "decision_one_waiting", "decision_out_of_turn", "declaration_follows_voucher",
        "declaration_not_by_rule", "declaration_out_of_turn", "declaration_same_person", "declaration_twice",
        "designation_above_free", "designation_of_restricted", "document_by_maker", "document_not_shared", "document_orphan",
        "document_too_late", "document_too_many", "document_unbound", "document_upload_gone", "document_used_already",
        "donation_line_once", "donation_order_once", "ending_home", "ending_out_of_turn", "ending_same_person",
        "entry_corrects", "entry_incomplete", "entry_instant", "entry_leaf", "entry_number", "entry_number_gap",
        "entry_number_once", "entry_opening", "entry_outside_period", "entry_own_review", "entry_period_closed",
        "entry_position_gap", "entry_reviewed", "entry_series", "entry_time_backwards", "entry_unbalanced",
        "entry_voucher_once", "entry_without_lines", "equity_share_twice", "erasure_retention", "expectation_met",
        "expectation_unbalanced", "fee_not_agreed", "fee_of_own_funds", "fee_once", "fee_rule_cap", "fee_rule_once",
        "fee_same_person", "fee_unlike_rule", "fund_ending_one", "fund_not_empty", "fund_not_open", "fund_stays_open",
        "gift_after_agreement", "gift_agreement_numbered", "gift_batch_over", "gift_batch_unequal", "gift_before_agreement",
        "gift_follows_voucher", "gift_keeps_principal", "gift_list_twice", "gift_lot_balance", "gift_of_other_agreement",
        "gift_of_other_campaign", "gift_of_unconfirmed", "gift_only_freed", "gift_outside_campaign", "gift_refund_above",
        "gift_refund_follows_voucher", "gift_refund_out_of_turn", "gift_refund_public", "gift_refund_receipt_stands",
        "gift_seen_twice", "goods_not_covered",
        "grant_ban_lifted_apart", "grant_ban_own", "grant_ban_span", "grant_case_number_once", "grant_move_unlisted",
        "grant_move_unlogged", "grant_move_unposted", "grant_move_unsigned", "grant_round_code_once", "grant_round_dates",
        "grant_round_decided_already", "grant_round_not_whole", "grant_signature_once", "grant_signer_apart", "grant_two_leads",
        "handover_signer", "hold_above_available", "hold_follows_voucher",
        "grant_award_restricted", "grant_award_two", "grant_award_unlike_voucher", "grant_decision_above_asked",
        "grant_decision_out_of_turn", "grant_decision_pool", "grant_decision_reason", "grant_decision_sums",
        "grant_move_undecided", "grant_move_untold", "grant_notice_out_of_turn", "grant_notice_window",
        "grant_objection_out_of_turn", "grant_paper_out_of_turn", "grant_payee_person", "grant_signing_once",
        "grant_signing_person", "grant_tranche_sums",
        "grant_end_open", "grant_fund_advance", "grant_fund_claim", "grant_fund_promise", "grant_money_other_fund",
        "grant_money_other_grant", "grant_money_unlike_voucher", "tranche_asked", "tranche_fund_advance", "tranche_fund_promise",
        "tranche_move_unlisted", "tranche_move_unlogged", "tranche_move_unposted", "tranche_plan_differs", "tranche_plan_once",
        "tranche_state_unlike_money", "tranche_on_its_way", "tranche_request_sum", "tranche_same_person",

        "demand_out_of_turn", "grant_demand_two", "grant_demand_unsigned", "grant_hearing_told", "grant_instalment_plan_two",
        "grant_write_off_two", "grant_write_off_unresolved",
        "grant_acquittal_one_open", "grant_acquittal_out_of_turn", "grant_acquittal_same_person", "grant_acquittal_two_names",
        "grant_acquittal_unlike_receipt", "grant_acquittal_unlike_voucher", "grant_receipt_number_once", "grant_receipt_out_of_turn",
        "grant_receipt_photo_once", "tranche_report_two", "grant_report_two", "grant_return_one_open", "grant_return_out_of_turn",
        "grant_return_unlike_voucher", "tranche_supplier_named", "grant_late_recovery_turn", "grant_late_recovery_beyond",
        "grant_late_recovery_one", "grant_suspension_review_until", "grant_demand_cut_one",
        "grant_amendment_out_of_turn", "grant_amendment_sums", "grant_amendment_unsigned", "grant_closing_return_awaited",
        "grant_closing_unready", "grant_finding_out_of_turn", "grant_report_out_of_turn",
        "in_kind_follows_voucher", "in_kind_out_of_turn", "internal_not_zero", "investment_not_free", "law_base_in_books",
        "law_base_same_person", "line_agency_fund", "line_cash_flow", "line_commodity", "line_has_sub_accounts",
        "line_movement_misplaced", "line_movement_missing", "line_not_converted", "line_restriction_missing", "line_series",
        "line_unknown_account", "line_unknown_fund", "lot_already_used", "lot_named_beyond_left", "lot_named_unlike_lines",
        "lot_waited_for", "lots_against_purpose", "lots_below_principal", "lots_not_enough", "lots_outside_period",
        "matching_above_cap", "narrative_text", "own_cash_floor", "payee_same_person", "payment_account_cools",
        "payment_account_unchecked", "payment_control", "payment_met_already", "payment_not_owed", "payment_not_released",
        "payment_out_of_turn", "payment_same_person", "period_already_closed", "period_bank_stale",
        "period_bank_unreconciled", "period_before_opening", "period_born_open", "period_calendar", "period_closed_together",
        "period_earlier_open", "period_fixed", "period_hole", "period_isolation", "period_never_reopened",
        "period_not_approved", "period_not_carried", "period_not_over", "period_pkey", "period_suspense_old",
        "period_time_backwards", "period_unknown", "period_voucher_waits", "period_with_first_month", "pledge_adds_up",
        "pledge_agreed_first", "pledge_binds", "pledge_disclosed_after", "pledge_gift_above", "posting_side", "posting_units",
        "principal_above_available", "promise_out_of_turn", "promise_same_person", "promise_to_fund", "public_money_above",
        "public_money_is_services", "public_money_not_agreed", "public_money_other_nature", "purpose_beyond_consent",
        "purpose_lot_taken", "purpose_mixed", "purpose_nobody_agreed", "purpose_not_of_plan", "purpose_of_unspent",
        "purpose_out_of_turn", "purpose_same_person", "purpose_waits", "receipt_before_gift", "receipt_gap_used",
        "receipt_gift_not_booked", "receipt_gift_once", "receipt_number_once", "receipt_number_red", "receipt_of_no_gift",
        "receipt_out_of_turn", "receipt_outside_ranges", "receipt_range_overlaps", "receipt_red_number_once",
        "receipt_replaced_once", "receipt_replaces_valid", "receipt_unlike_gift", "reconciliation_backwards",
        "reconciliation_by_cashier", "reconciliation_not_last", "reconciliation_one_waiting", "reconciliation_out_of_turn",
        "reconciliation_same_person", "reconciliation_stale", "reconciliation_too_early", "reconciliation_unequal",
        "refund_above", "refund_of_reversed", "register_out_of_turn", "register_same_person", "reversal_not_red",
        "reversal_of_refunded", "reversal_other_year", "review_rule_beyond", "review_rule_by_two", "review_rule_looks_back",
        "review_rule_not_approved", "review_rule_one_waiting", "review_rule_used", "role_grant_by_two", "role_grant_only_ends",
        "role_incompatible", "settlement_out_of_turn", "settlement_twice", "settlement_unlike", "stock_before_receipt",
        "stock_expired", "stock_follows_voucher", "stock_lot_begins", "stock_move_unbooked", "stock_not_enough",
        "stock_not_enough_then", "stock_other_fund", "stock_recalled", "stock_spoken_for", "stock_transfer_unequal", "stock_undo_unlike",
        "stock_value_unlike", "suspense_cleared_above", "suspense_is_cleared", "transfer_above_unrestricted",
        "transfer_follows_voucher", "transfer_not_signed", "transfer_not_zero", "transfer_of_own_funds",
        "transfer_other_restriction", "transfer_out_of_turn", "transfer_same_person", "voucher_already_decided",
        "voucher_already_proved", "voucher_bundle_first", "voucher_bundle_whole", "voucher_conversion_day",
        "voucher_corrects", "voucher_decided", "voucher_kind", "voucher_line_count", "voucher_needs_document",
        "voucher_one_opening", "voucher_one_reversal", "voucher_own_review", "voucher_own_withdrawal", "voucher_posted",
        "voucher_reason", "voucher_reversed", "voucher_state",
        // The vote in the room.
        "agenda_out_of_turn", "grant_ballot_two_clerks", "grant_tally_signed_by_three", "meeting_has_opened",
        "meeting_rules_fixed", "meeting_weights", "paper_late", "paper_out_of_turn", "paper_unlike_voters",
        "recusal_after_paper", "recusal_decided", "recusal_late", "recusal_undecided", "tally_out_of_turn",
        "tally_unlike_votes", "tally_unsigned", "vote_not_open", "vote_not_present", "vote_on_paper", "vote_one_channel",
        "vote_recused", "voter_stays",
        "grant_not_screened", "grant_number_counts_up", "grant_section_stale", "grant_snapshot_missing", "grant_snapshot_untrue",
        "grant_text_closed",
        // Samples and remarks.
        "audit_remark_other_person", "audit_remark_out_of_turn", "audit_sample_whole",
        // The time bank.
        "activity_full", "activity_out_of_turn", "attendance_once", "catalogue_by_two", "earned_ground_once",
        "earned_without_ground", "hour_gift_other", "hour_gift_slip", "hour_grant_by_two", "hour_grant_one_waiting",
        "hours_beyond_stored", "hours_not_enough", "hours_pool_not_enough", "member_number_once", "merchant_settlement_once",
        "merchant_settlement_unlike", "point_reserve_by_two", "point_reserve_one_waiting", "points_not_enough",
        "programme_rule_by_two", "programme_rule_one_waiting", "programme_rule_used", "record_correction_by_two",
        "record_correction_one_waiting", "record_correction_out_of_turn", "record_dispute_one_open",
        "record_dispute_other_person", "redemption_none_left", "redemption_not_offered", "redemption_out_of_turn",
        "redemption_own_reservation", "redemption_settled", "redemption_unlike_cost", "redemption_unlike_entry", "service_certificate_number_once",
        "service_correction_one", "service_correction_two", "service_ground", "service_move_unlisted",
        "service_move_unlogged", "service_offer_once", "service_record_close_person", "service_record_day_cap",
        "service_record_not_booked", "service_record_once", "service_record_other_person", "service_record_out_of_turn",
        "service_record_overlap", "service_record_reckoned", "service_record_unlike", "service_second_party",
        "service_time_for_time", "start_hours_elder_cap", "start_hours_year_cap", "unit_by_two", "unit_group_gives",
        "unit_holder_unknown", "unit_link", "unit_pair_forbidden", "unit_paper_missing", "unit_paper_undone_once",
        "unit_programme_fund", "unit_rule_not_approved", "unit_undo_by_two", "unit_undo_one_waiting", "unit_unlike_original",
        // What the calendar gives up.
        "commitment_rule_above", "commitment_rule_not_approved", "commitment_rule_promises", "commitment_rule_unlogged", "grant_lapse_early",
    ];

    // Of which list the state is that a wall speaks of, so that it is told in the reader's words.
    private static readonly FrozenDictionary<string, string> States = new Dictionary<string, string>
    {
        ["purpose_out_of_turn"] = "PurposeChangeState",
        ["ending_out_of_turn"] = "FundState",
        ["grant_late_recovery_turn"] = "LateRecoveryState",
        ["service_move_unlisted"] = "ServiceState",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Codes of the constraints that have words of their own.</summary>
    public static IEnumerable<string> NamedCodes => Named.Select(Code);

    /// <summary>The refusal's code for a constraint's name and the kind of its violation.</summary>
    public static string CodeOf(string? constraint, string sqlState) => constraint switch
    {
        not null when Named.Contains(constraint) => Code(constraint),
        _ => sqlState switch
        {
            PostgresErrorCodes.ForeignKeyViolation => Reference,
            PostgresErrorCodes.UniqueViolation => Twice,
            PostgresErrorCodes.NotNullViolation => Missing,
            PostgresErrorCodes.CheckViolation => Value,
            _ => Unexpected,
        },
    };

    private static string Code(string constraint) => $"database.{constraint.Replace('_', '-')}";

    internal static Refusal Of(PostgresException violated) =>
        new(CodeOf(violated.ConstraintName, violated.SqlState), Facts(violated));

    private static Dictionary<string, object?> Facts(PostgresException violated)
    {
        Dictionary<string, object?> facts = new() { ["constraint"] = violated.ConstraintName ?? violated.SqlState };
        int start = violated.MessageText.IndexOf('{', StringComparison.Ordinal);
        if (violated.MessageText.StartsWith("refused: ", StringComparison.Ordinal) && start > 0)
        {
            foreach (JsonProperty fact in JsonDocument.Parse(violated.MessageText[start..]).RootElement.EnumerateObject())
            {
                facts[fact.Name] = fact.Value.ValueKind != JsonValueKind.Number ? fact.Value.ToString()
                    : IsTime(violated.ConstraintName, fact.Name) ? Amount.OfUnits(fact.Value.GetInt64(), Commodity.Hour)
                    : IsMoney(fact.Name) ? Amount.Fen(fact.Value.GetInt64())
                    : fact.Name is "period" or "earlier" or "month" ? new PeriodNumber(fact.Value.GetInt32())
                    : fact.Value.ToString();
            }
        }

        if (facts.GetValueOrDefault("state") is string state && States.GetValueOrDefault(violated.ConstraintName ?? "") is { } list)
        {
            facts["state"] = new Term($"term.{list}.{string.Concat(state.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]))}");
        }

        return facts;
    }

    // Minutes, which people read as hours.
    private static bool IsTime(string? constraint, string name) =>
        constraint is ("hours_beyond_stored" or "hours_not_enough" or "hours_pool_not_enough" or "start_hours_elder_cap" or "start_hours_year_cap")
        && name is ("short" or "cap" or "over");

    private static bool IsMoney(string name) =>
        name is "difference" or "cash" or "floor" or "asked" or "available" or "missing" or "line" or "booked" or "used" or "taken"
            or "remaining";
}
