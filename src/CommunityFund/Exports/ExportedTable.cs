using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>A table of the database and whether a body takes it away; a test knows every table of the schema.</summary>
/// <param name="Name">Also names its sentence among the words, <c>export.table.NAME</c>.</param>
/// <param name="OfBook">Which rows are the book's, where no column book_id says it; {0} is the book.</param>
/// <param name="Without">Columns that stay: secrets, and what is exported as files.</param>
/// <param name="LeftOut">Why the table stays altogether, as a key of the words; null if it is exported.</param>
/// <param name="OnlyFor">Roles that take it away; null if every reader of the book does.</param>
internal sealed record ExportedTable(
    string Name, string? OfBook = null, string[]? Without = null, string? LeftOut = null, Role[]? OnlyFor = null)
{
    private const string Secret = "export.left-out.secret", Passing = "export.left-out.passing",
        Machine = "export.left-out.machine", OtherRole = "export.left-out.role";

    // Bodies that share an installation share the register of names; each takes the people of its own books.
    private static readonly string People = $"person_id in ({string.Join(" union ", new[]
    {
        "role_grant.person_id", "role_grant.granted_by", "voucher_line.counterparty_id", "posting.counterparty_id",
        "gift_lot.counterparty_id", "agency_position.counterparty_id", "donation.donor_id", "voucher.maker_id",
        "voucher.decided_by", "bank_file.imported_by", "bank_file.undone_by", "bank_profile.made_by", "bank_line.decided_by",
        "bank_match.matched_by", "bank_match.undone_by", "bank_tick.ticked_by", "bank_tick.undone_by",
        "reconciliation.prepared_by", "reconciliation.decided_by", "reconciliation.unlock_asked_by",
        "reconciliation.unlocked_by", "cash_note.counterparty_id", "cash_note.noted_by", "cash_note.dropped_by",
        "cash_count.counted_by", "cash_count.watched_by", "expectation.counterparty_id", "expectation.made_by",
        "expectation.closed_by", "expectation_line.counterparty_id", "bank_rule.made_by", "bank_rule.changed_by",
        "payee_account.payee_id", "payee_account.holder_id", "payee_account.added_by", "payee_account.checked_by",
        "payee_account.ended_by", "debt.creditor_id", "debt.submitted_by", "debt.approved_by", "debt.replied_by",
        "own_transfer.planned_by", "own_transfer.ended_by", "payment_batch.made_by", "payment_batch.released_by",
        "payment_batch.ended_by", "payment_result.read_by", "payment_file.taken_by", "settlement.made_by", "period.closed_by",
        "command_log.actor_id", "document.added_by", "voucher_document.added_by", "document_rule.set_by",
        "fund_clause.added_by", "designation.recorded_by", "designation.revoked_by", "fund_decision.proposed_by",
        "fund_decision.decided_by", "fund_transfer.proposed_by", "fund_transfer.agreed_by", "fund_transfer.ended_by",
        "fee_rule.proposed_by", "fee_rule.decided_by", "fee_charge.made_by", "purpose_change.opened_by", "purpose_change.agreed_by",
        "purpose_change.ended_by", "purpose_consent.noted_by", "fund_ending.proposed_by", "fund_ending.decided_by", "fund_disclosure.done_by",
        "body_profile.set_by", "law_base.entered_by", "law_base.confirmed_by",
        "stock_item.added_by", "stock_place.added_by", "in_kind_gift.donor_id", "in_kind_gift.recorded_by", "stock_paper.party_id",
        "stock_paper.made_by", "stock_recall.recalled_by", "stock_count.counted_by", "gift_refund.recorded_by",
        "people_proposal.person_id", "people_proposal.proposed_by", "people_proposal.decided_by", "handover.from_id",
        "handover.to_id", "handover.supervisor_id", "handover.drawn_by", "erasure.erased_by", "review_rule.proposed_by",
        "review_rule.decided_by", "closing_reason.given_by", "donor.donor_id", "donor.noted_by", "gift_agreement.donor_id",
        "gift_agreement.proposed_by", "gift_agreement.decided_by", "campaign.proposed_by", "campaign.decided_by", "agreement_report.noted_by",
        "gift_batch.opened_by", "gift_batch.ended_by", "gift_batch_row.donor_id", "gift_list.imported_by",
        "change_over.proposed_by", "change_over.decided_by", "statement_layout.set_by",
        "receipt_range.added_by", "official_receipt.payer_id", "official_receipt.registered_by", "official_receipt.voided_by",
        "receipt_file.added_by", "receipt_gap.given_by", "receipt_waiver.noted_by", "donation_code.made_by", "pledge.donor_id",
        "pledge.noted_by", "pledge.released_by", "pledge_gift.linked_by", "recurring_gift.donor_id", "recurring_gift.noted_by",
        "recurring_gift.ended_by", "matching_promise.partner_id", "matching_promise.noted_by",
        "programme_rule.proposed_by", "programme_rule.decided_by", "household.added_by", "member.person_id", "member.guardian_id",
        "member.added_by", "holder_balance.person_id", "point_lot.person_id", "earned_ground.person_id", "activity.confirmer_id",
        "activity.published_by", "activity.ended_by", "activity_sign_up.person_id", "activity_sign_up.signed_by",
        "activity_sign_up.withdrawn_by", "attendance.person_id", "attendance.in_by", "attendance.out_by", "venue_try.person_id",
        "service_record.person_id", "service_record.ticked_in_by", "service_record.ticked_out_by", "service_record.confirmed_by",
        "record_dispute.raised_by", "record_dispute.answered_by", "record_correction.proposed_by", "record_correction.decided_by",
        "hour_gift.from_id", "hour_gift.to_id", "hour_gift.made_by", "hour_grant.person_id", "hour_grant.proposed_by", "hour_grant.decided_by",
        "unit_undo.proposed_by", "unit_undo.decided_by", "service_certificate.person_id", "service_certificate.issued_by",
        "point_reserve.proposed_by", "point_reserve.decided_by", "service_request.receiver_id", "service_request.asked_by",
        "service_request.provider_id", "service_request.reported_by", "service_log.actor_id", "service_offer.person_id",
        "service_correction.proposed_by", "service_correction.decided_by", "catalogue_item.merchant_id", "catalogue_item.proposed_by",
        "catalogue_item.decided_by", "catalogue_item.ended_by", "redemption.person_id", "redemption.reserved_by", "redemption.ended_by",
        "merchant_settlement.merchant_id", "merchant_settlement.made_by",
        "audit_sample.drawn_by", "audit_remark.raised_by", "audit_remark_step.done_by",
        "grant_section.saved_by", "grant_paper.added_by", "grant_paper.removed_by", "grant_snapshot.signed_by", "grant_check.checked_by",
        "grant_correction.asked_by",
        "filed_document.kept_by", "enterprise.person_id", "enterprise.recorded_by", "enterprise_term.proposed_by",
        "enterprise_term.decided_by", "enterprise_funding.made_by", "enterprise_declaration.declared_by",
        "enterprise_declaration.verified_by", "enterprise_declaration.waiver_by", "enterprise_declaration.waived_by",
        "equity_share.made_by", "sales_pledge.opened_by", "sales_pledge.disclosed_by", "public_contract.payer_id",
        "public_contract.proposed_by", "public_contract.decided_by", "public_condition.decided_by", "public_refund.made_by",
        "agency_matter.principal_id", "agency_matter.proposed_by", "agency_matter.decided_by", "agency_recipient.person_id",
        "agency_recipient.added_by", "agency_move.person_id",
        "grant_opinion.person_id", "grant_opinion.noted_by", "grant_decision.decided_by", "grant_notice.written_by", "grant_notice.published_by",
        "grant_notice.ended_by", "grant_objection.person_id", "grant_objection.registered_by", "grant_objection.answered_by",
        "grant_award.signed_by", "grant_award.confirmed_by", "grant_agreement.drafted_by", "grant_signing.person_id", "grant_signing.noted_by",
        "grant_payee.named_by",
        "grant_amendment.lead_id", "grant_amendment.fin_lead_id", "grant_amendment.lead_before", "grant_amendment.fin_before",
        "grant_amendment.asked_by", "grant_amendment.decided_by",
        "grant_amendment_signature.person_id", "grant_report.saved_by", "grant_report.handed_in_by", "grant_report.decided_by",
        "grant_closing_paper.added_by", "grant_closing_paper.removed_by", "grant_assessment.assessed_by", "grant_finding.raised_by",
        "grant_finding.answered_by", "grant_finding.closed_by", "grant_reopening.reopened_by", "grant_certificate.first_by",
        "grant_certificate.second_by",
        "grant_round.proposed_by", "grant_round.decided_by", "grant_case.lead_id", "grant_case.fin_lead_id", "grant_case.signer_id",
        "grant_case.filled_by", "grant_signature.person_id", "grant_log.actor_id", "tranche_log.actor_id",
        "tranche_tier.proposed_by", "tranche_tier.decided_by", "tranche_request.requested_by", "tranche_check.checked_by", "grant_member.person_id",
        "grant_hearing.heard_by", "grant_termination.proposed_by", "grant_disallowance.found_by", "grant_demand.drafted_by",
        "grant_demand.signed_by", "grant_demand_reminder.noted_by", "grant_demand_cut.made_by", "grant_instalment_plan.proposed_by",
        "grant_instalment_plan.decided_by", "grant_write_off.drafted_by", "grant_write_off.resolved_by",
        "grant_late_recovery.awaited_by", "grant_suspension_review.reviewed_by",
        "grant_ban.person_id", "grant_ban.imposed_by", "grant_ban.lifted_by",
        "grant_receipt.seller_id", "grant_receipt.added_by", "grant_acquittal.handler_id", "grant_acquittal.witness_id",
        "grant_acquittal.submitted_by", "grant_acquittal_line.decided_by", "grant_return.announced_by", "tranche_report.submitted_by",
        "tranche_report.decided_by",
        "grant_meeting.proposed_by", "grant_meeting.decided_by", "grant_meeting.noticed_by", "grant_meeting_item.put_by",
        "grant_meeting_voter.person_id", "grant_meeting_voter.added_by", "grant_recusal.person_id", "grant_recusal.declared_by",
        "grant_recusal.decided_by", "grant_vote.person_id", "grant_ballot_keying.keyed_by", "grant_tally.begun_by", "grant_tally.opened_by",
        "grant_tally_lot.drawn_by", "grant_tally_signature.person_id",
    }.Select(column => column.Split('.')).Select(column => $"select {column[1]} from {column[0]} where book_id = {{0}}"))})";

    // As on the pages.
    private static readonly Role[] Watching = [Role.Admin, Role.FinanceOffice, Role.Panel];

    private const string Logins = "select l.id from login l join role_grant g using (person_id) where g.book_id = {0}";

    // Who serves several bodies signs in for another before and after the role here.
    private const string SignIns =
        """
        exists (select 1 from login l join role_grant g using (person_id) where l.id = t.login_id and g.book_id = {0}
                   and (t.happened_at at time zone 'Asia/Shanghai')::date between g.valid_from and coalesce(g.valid_until, 'infinity'))
        """;

    public static IReadOnlyList<ExportedTable> All { get; } =
    [
        new("book"), new("book_standard"), new("account"), new("account_name"), new("fund"), new("period"),
        new("journal_entry"), new("posting"), new("narrative"), new("balance"), new("fund_position"), new("agency_position"),
        new("voucher"), new("voucher_line"), new("hold"), new("gift_lot"), new("lot_move"),
        new("lot_gap"), new("voucher_lot"), new("project"), new("donation"), new("donor", Without: ["contact"]), new("gift_agreement"),
        new("campaign"), new("campaign_rule", "{0} > 0"), new("agreed_clause"), new("agreement_paper"), new("agreement_report"), new("gift_batch"),
        new("gift_batch_row"), new("gift_list"),
        new("bank_account"), new("bank_file"), new("bank_line"), new("bank_match"), new("expectation"), new("expectation_line"),
        new("bank_profile"), new("suspense"), new("suspense_clearing"), new("refund"), new("bank_rule"), new("bank_tick"),
        new("reconciliation"), new("reconciliation_item"), new("statement_layout"), new("cash_note"), new("cash_count"),
        new("payee_account"), new("debt"), new("debt_line"), new("debt_document"), new("own_transfer"), new("payment_batch"),
        new("payment_row"), new("payment_file", Without: ["content"]), new("payment_result"), new("settlement"),
        new("settlement_line"),
        new("grant_section"), new("grant_paper"), new("grant_snapshot"), new("grant_check"), new("grant_correction"),
        new("filed_document"), new("enterprise"), new("enterprise_term"), new("enterprise_funding"), new("enterprise_recovery"),
        new("enterprise_declaration"), new("equity_share"), new("sales_pledge"), new("public_contract"), new("public_condition"),
        new("public_instalment"), new("public_voucher"), new("public_refund"), new("agency_matter"), new("agency_recipient"),
        new("agency_move"),
        new("grant_opinion"), new("grant_decision"), new("grant_decision_fund"), new("grant_notice"), new("grant_notice_case"),
        new("grant_objection", Without: ["contact"]), new("grant_award"), new("grant_award_fund"), new("grant_lot"), new("grant_agreement"),
        new("grant_tranche"), new("grant_agreed_line"), new("grant_baseline"), new("grant_signing"), new("grant_payee"),
        new("grant_round"), new("grant_round_pool"), new("grant_round_need"), new("grant_case"), new("grant_move_rule", "{0} > 0"),
        new("tranche"), new("tranche_rule", "{0} > 0"), new("tranche_log"), new("tranche_fund"), new("grant_fund"), new("grant_money"),
        new("grant_lot_loan"), new("tranche_tier"), new("tranche_request"), new("tranche_request_line"), new("tranche_request_paper"),
        new("tranche_check"),
        new("grant_suspension"), new("grant_hearing"), new("grant_termination"), new("grant_disallowance"),
        new("grant_demand"), new("grant_demand_part"), new("grant_demand_reminder"), new("grant_demand_cut"), new("grant_instalment_plan"),
        new("grant_planned_instalment"), new("grant_instalment"), new("grant_write_off"), new("grant_late_recovery"),
        new("grant_suspension_review"),
        new("grant_receipt"), new("grant_acquittal"), new("grant_acquittal_line"), new("grant_return"), new("tranche_report"),
        new("tranche_report_paper"),
        new("grant_amendment"), new("grant_amended_line"), new("grant_amended_tranche"), new("grant_amended_fund"),
        new("grant_amendment_signature"), new("grant_report"), new("grant_closing_paper"), new("grant_assessment"), new("grant_finding"),
        new("grant_reopening"), new("grant_certificate"),
        new("grant_signature"), new("grant_log"), new("grant_member"), new("grant_ban"),
        new("unit_paper"), new("programme_rule"), new("programme_rate"), new("household"), new("member", Without: ["number", "salt"]),
        new("holder_balance"), new("point_lot"), new("point_move"), new("earned_ground"), new("activity", Without: ["secret"]),
        new("activity_role"), new("activity_sign_up"), new("attendance"), new("venue_try"), new("service_record"), new("record_dispute"),
        new("record_correction"), new("unit_kind", "{0} > 0"), new("unit_kind_account", "{0} > 0"), new("hour_gift"), new("hour_grant"),
        new("unit_undo"), new("service_certificate", Without: ["salt"]), new("point_reserve"), new("catalogue_item"),
        new("redemption", Without: ["salt"]), new("merchant_settlement"), new("service_request"), new("service_log"), new("service_offer"),
        new("service_correction"), new("service_rule", "{0} > 0"),
        new("audit_sample"), new("audit_sample_item"), new("audit_remark"), new("audit_remark_step"), new("audit_remark_paper"),
        new("person", People),
        new("role_grant"),
        new("login", $"id in ({Logins})", ["password_hash", "security_stamp", "concurrency_stamp", "totp_key", "totp_last_step"],
            OnlyFor: Watching),
        new("sign_in_log", SignIns, OnlyFor: Watching),
        new("command_log", OnlyFor: Watching),
        new("fund_clause"), new("voucher_clause"), new("designation"), new("fund_decision"), new("fund_transfer"),
        new("fee_rule"), new("fee_charge"), new("fee_charge_gift"), new("purpose_change"), new("purpose_change_lot"),
        new("purpose_change_clause"), new("purpose_consent"), new("fund_ending"), new("fund_ending_home"), new("fund_disclosure"),
        new("document", Without: ["content"]), new("voucher_document"), new("document_rule"), new("body_profile"), new("law_base"),
        new("review_rule"), new("closing_reason"), new("change_over"),
        new("receipt_range"), new("official_receipt"), new("receipt_file", Without: ["content"]), new("receipt_gap"), new("receipt_waiver"),
        new("donation_code", Without: ["salt"]), new("pledge"), new("pledge_due"), new("pledge_gift"), new("recurring_gift"),
        new("matching_promise"), new("expected_gift"),
        new("stock_item"), new("stock_place"), new("in_kind_gift"), new("in_kind_gift_line"), new("stock_paper"), new("stock_lot"),
        new("stock_stand"), new("stock_move"), new("stock_recall"), new("stock_count"), new("stock_count_line"), new("gift_refund"),
        new("goods_reserve"),
        new("people_proposal", OnlyFor: Watching), new("duty_matrix"), new("duty_pair"), new("second_factor_rule"),
        new("handover"), new("handover_signature"), new("erasure", OnlyFor: Watching),
        new("grant_meeting"), new("grant_meeting_criterion"), new("grant_meeting_group"), new("grant_meeting_item"),
        new("grant_meeting_voter", Without: ["ticket", "salt"]), new("grant_recusal"), new("grant_vote", Without: ["sealed"]),
        new("grant_ballot"), new("grant_ballot_keying", Without: ["sealed"]), new("grant_tally"), new("grant_tally_group"),
        new("grant_tally_pattern"), new("grant_tally_lot"), new("grant_tally_signature"), new("grant_rank"),
        new("checkpoint"), new("closing_checkpoint"),
        new("checkpoint_key", "fingerprint in (select key_fingerprint from checkpoint where book_id = {0})"),
        new("schema_migration", "{0} > 0"),
        new("sign_in_session", LeftOut: Secret), new("data_protection_key", LeftOut: Secret),
        new("recovery_code", LeftOut: Secret), new("known_device", LeftOut: Secret), new("sign_in_try", LeftOut: Passing),
        new("backup_request", LeftOut: Machine), new("backup_run", LeftOut: Machine),
        new("bank_upload", LeftOut: Passing), new("document_upload", LeftOut: Passing),
        new("gift_upload", LeftOut: Passing),
    ];

    public static string PeopleOfBook => People;

    /// <summary>Why it stays where this person takes the tables, as a key of the words; null if it comes along.</summary>
    public string? WhyNot(Work work) =>
        LeftOut ?? (OnlyFor is null || work.Actor is null || work.Rights.ReachesAll(OnlyFor) ? null : OtherRole);
}
