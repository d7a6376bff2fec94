using CommunityFund.Books;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>What of a request is for a line of the budget, by its name.</summary>
public sealed record AskedLine(string What, Amount Amount);

/// <summary>A paper of the request.</summary>
public sealed record AskedPaper(long Document, string Name);

/// <summary>The request as it stands.</summary>
public sealed record AskedFor(
    short No, Amount Amount, string Purpose, ApprovalTier Tier, string By, Instant At, IReadOnlyList<AskedLine> Lines,
    IReadOnlyList<AskedPaper> Papers, string CheckedBy, Instant? CheckedAt, string CheckNote, bool IsPurchase);

/// <summary>A step that happened.</summary>
public sealed record TrancheStep(
    TrancheMove Move, TrancheState To, GrantMover Mover, string By, Instant At, string Reason, IReadOnlyList<long> Vouchers);

/// <summary>A fund's part of it.</summary>
public sealed record TranchePart(string Fund, Amount Planned, Amount Paid, Amount Acquitted, Amount Returned, Amount Open);

/// <summary>Its payment on the way.</summary>
public sealed record TranchePayment(string Code, Amount Amount, LocalDate DueOn, bool IsShown);

/// <summary>An account that a running grant may be paid to.</summary>
public sealed record PayeeOption(long Account, string Name, string Number, string Bank, bool IsChecked);

/// <summary>One tranche with its request, what happened to it, its money, and what the reader may do.</summary>
public sealed record TrancheView(
    long Tranche, long Grant, string Title, string Number, GrantState GrantState, short No, int Version, TrancheState State, AdvancePolicy Policy,
    Amount Units, LocalDate EarliestOn, LocalDate? DueOn, LocalDate ReportDueOn, LocalDate? PaidOn, string Condition, string Lead, string FinLead,
    AskedFor? Request, TranchePayment? Payment, IReadOnlyList<TranchePart> Parts, IReadOnlyList<TrancheStep> Steps,
    IReadOnlyList<TrancheOffer> Offers, IReadOnlyList<BudgetBar> Budget, Amount CanAsk, string Reason, string Cure, GrantMover? HeldBy, string Payee,
    bool MayChangePayee,
    IReadOnlyList<PayeeOption> Accounts, LocalDate Today)
{
    /// <summary>Promised with it and not asked for: it stays promised until the grant is closed, amended or ended.</summary>
    public Amount Unasked => Amount.Fen(TrancheCards.UnaskedOf(State, Parts.Sum(part => part.Open.Units), Request?.Amount.Units ?? 0));
}

/// <summary>The page of one tranche.</summary>
public sealed record TranchePage(long Tranche) : Query<TrancheView>
{
    internal override Need Needs => Need.Any(TrancheReaders.All);

    internal override async Task<TrancheView> Answer(Work work, CancellationToken ct)
    {
        (Tranche row, GrantCase grant) = await TrancheReaders.Of(work, Tranche, ct);
        TrancheFacts facts = await TrancheFacts.Of(work, row, ct);
        List<TrancheLog> log = await work.Db.Set<TrancheLog>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.TrancheId == Tranche).OrderByDescending(each => each.StateVersion).ToListAsync(ct);
        TrancheRequest? request = await TrancheRequest.Current(work, row, ct);
        TrancheCheck? check = request is null ? null : await work.Db.Set<TrancheCheck>().AsNoTracking().SingleOrDefaultAsync(
            each => each.BookId == work.Book && each.TrancheId == Tranche && each.RequestNo == request.RequestNo, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [grant.LeadId, grant.FinLeadId, request?.RequestedBy, check?.CheckedBy, .. log.Select(each => each.ActorId)], ct);
        (string reason, string cure) = await TrancheCards.Told(work, row, ct);
        bool changes = work.Rights.Holds([Role.Desk]) && grant.State is GrantState.Active or GrantState.Suspended;
        TrancheMoney money = facts.Money;
        return new TrancheView(row.TrancheId, grant.GrantId, grant.Title, grant.Number, grant.State, row.No, row.StateVersion, row.State,
            facts.Policy, Amount.Fen(row.Units), row.EarliestOn, row.DueOn, row.ReportDueOn, row.PaidOn, row.Condition, names[grant.LeadId],
            grant.FinLeadId is { } fin ? names[fin] : "", request is null ? null : await Asked(work, grant, request, check, names, ct),
            await Paying(work, row, ct), await Parts(work, ct),
            [
                .. log.Select(each => new TrancheStep(each.Move, each.ToState, each.Mover, each.ActorId is { } by ? names[by] : "", each.At,
                    each.Reason.Replace(HoldTranche.Between, "；", StringComparison.Ordinal), each.Vouchers)),
            ],
            [.. (await TrancheMoves.Open(work, row, ct)).Select(ToBeTicked)], await BudgetBar.Of(work, grant.GrantId, ct),
            Amount.Fen(money.Planned - money.Cancelled - money.Paid), reason, cure, row.HeldBy, await PayeeName(work, facts, ct), changes,
            changes ? await Options(work, ct) : [], work.Today);
    }

    // The list of checks is ticked on the page itself, so that it is open before it is done.
    private static TrancheOffer ToBeTicked(TrancheOffer offer) =>
        offer is { Move: TrancheMove.Check, WhyNot.Code: TrancheNeeds.ChecksOpen } ? offer with { WhyNot = null } : offer;

    private async Task<AskedFor> Asked(Work work, GrantCase grant, TrancheRequest request, TrancheCheck? check,
        IReadOnlyDictionary<long, string> names, CancellationToken ct)
    {
        Dictionary<short, string> what = (await AgreedBudget.Now(work, grant.GrantId, ct)).ToDictionary(line => line.No, line => line.What);
        List<AskedLine> lines = [.. (await work.Db.Set<TrancheRequestLine>().AsNoTracking().Where(line => line.BookId == work.Book
            && line.TrancheId == Tranche && line.RequestNo == request.RequestNo).OrderBy(line => line.LineNo).ToListAsync(ct))
            .Select(line => new AskedLine(what.GetValueOrDefault(line.LineNo, ""), Amount.Fen(line.Units)))];
        List<AskedPaper> papers = await (
            from paper in work.Db.Set<TrancheRequestPaper>().AsNoTracking()
            join filed in work.Db.Set<FiledDocument>().AsNoTracking() on new { paper.BookId, paper.FiledDocumentId }
                equals new { filed.BookId, filed.FiledDocumentId }
            where paper.BookId == work.Book && paper.TrancheId == Tranche && paper.RequestNo == request.RequestNo
            orderby paper.Ordinal
            select new AskedPaper(paper.FiledDocumentId, filed.Name)).ToListAsync(ct);
        return new AskedFor(request.RequestNo, Amount.Fen(request.Units), request.Purpose, request.Tier, names[request.RequestedBy],
            request.RequestedAt, lines, papers, check is null ? "" : names[check.CheckedBy], check?.CheckedAt, check?.Note ?? "",
            request.IsPurchase);
    }

    private static async Task<TranchePayment?> Paying(Work work, Tranche row, CancellationToken ct)
    {
        if (row.ExpectationId is not { } id)
        {
            return null;
        }

        Expectation awaited = await work.Db.Set<Expectation>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == id, ct);
        return awaited.ClosedAt is not null ? null
            : new TranchePayment(awaited.Code, Amount.Fen(-awaited.Units), awaited.DueOn, awaited.VoucherId is not null);
    }

    private async Task<IReadOnlyList<TranchePart>> Parts(Work work, CancellationToken ct)
    {
        List<TranchePart> parts = [];
        foreach (TrancheFund fund in await work.Db.Set<TrancheFund>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.TrancheId == Tranche).OrderBy(each => each.Place).ToListAsync(ct))
        {
            parts.Add(new TranchePart((await work.FundById(fund.FundId, ct)).Name, Amount.Fen(fund.Planned), Amount.Fen(fund.Paid),
                Amount.Fen(fund.Acquitted), Amount.Fen(fund.Returned), Amount.Fen(fund.Planned - fund.Cancelled - fund.Paid)));
        }

        return parts;
    }

    private static async Task<string> PayeeName(Work work, TrancheFacts facts, CancellationToken ct) => facts.Payee is not { } payee ? ""
        : await work.Db.Database.SqlQuery<string>(
            $"""
            select p.name || ' ****' || right(a.number, 4) as "Value" from payee_account a join person p on p.person_id = a.payee_id
             where a.book_id = {work.Book} and a.payee_account_id = {payee.Account}
            """).SingleAsync(ct);

    private static async Task<IReadOnlyList<PayeeOption>> Options(Work work, CancellationToken ct) => await work.Db.Database.SqlQuery<PayeeOption>(
        $"""
        select a.payee_account_id as "Account", o.name as "Name", '****' || right(a.number, 4) as "Number", a.bank_name as "Bank",
               a.checked_by is not null as "IsChecked"
          from payee_account a join person o on o.person_id = a.payee_id join person h on h.person_id = a.holder_id
         where a.book_id = {work.Book} and a.ended_at is null and o.kind = 'organisation' and h.kind = 'organisation' order by o.name limit 300
        """).ToListAsync(ct);
}
