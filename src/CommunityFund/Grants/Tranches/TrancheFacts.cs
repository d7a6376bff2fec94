using System.Text.Json;
using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>What is known of a tranche when a step is asked for.</summary>
/// <param name="Asked">What the step asks for, in fen; null where nobody has typed yet.</param>
/// <param name="Before">The tranche before it in the plan, if there is one.</param>
/// <param name="ShareAccounted">How much of what was paid before is accounted for, in hundredths of a percent.</param>
/// <param name="Money">The tranche's own money over its funds.</param>
/// <param name="Policy">As the round says; money that goes to a supplier is spent when paid.</param>
/// <param name="Payee">The account it is paid to, as the register of payees has it now.</param>
/// <param name="Overdue">Days that the oldest advance of the grant's leads is overdue, in any grant; null if none is.</param>
/// <param name="IsOnItsWay">Whether it is in a batch that a second person has let go, or the bank has shown it paid.</param>
/// <param name="ApprovedBefore">Whether the reader has asked for, checked or approved this request already.</param>
public sealed record TrancheFacts(
    Tranche Tranche, GrantCase Grant, AdvancePolicy Policy, LocalDate Today, Instant Now, long? Asked, int? Lines, TrancheBefore? Before,
    int ShareAccounted, TrancheMoney Money, PayeeFact? Payee, int? Overdue, bool IsOnItsWay, bool ApprovedBefore)
{
    public required RequestFacts Request { get; init; }

    public required AcquittalFacts Acquittal { get; init; }

    internal static async Task<TrancheFacts> Of(Work work, Tranche tranche, CancellationToken ct, long? asked = null, int? lines = null)
    {
        (GrantCase grant, AdvancePolicy policy) = await (
            from row in work.Db.Set<GrantCase>().AsNoTracking()
            join round in work.Db.Set<GrantRound>() on new { row.BookId, row.GrantRoundId } equals new { round.BookId, round.GrantRoundId }
            where row.BookId == work.Book && row.GrantId == tranche.GrantId
            select new ValueTuple<GrantCase, AdvancePolicy>(row, round.Policy)).SingleAsync(ct);
        TrancheBefore? before = tranche.No == 1 ? null : await work.Db.Set<Tranche>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == tranche.GrantId && row.AwardNo == tranche.AwardNo && row.No < tranche.No)
            .OrderByDescending(row => row.No)
            .Select(row => new TrancheBefore(row.No, row.State)).FirstOrDefaultAsync(ct);
        RequestFacts request = await RequestFacts.Of(work, tranche, ct);
        long[] people = [.. new[] { grant.LeadId, grant.FinLeadId ?? grant.LeadId }.Distinct()];
        // What the foundation pays to a supplier itself is no advance to anybody.
        return new TrancheFacts(tranche, grant, request.IsPurchase ? AdvancePolicy.ExpenseOnDisbursement : policy,
            work.Today, work.Now, asked, lines, before,
            await TrancheMoney.ShareAccounted(work, tranche, ct), await TrancheMoney.Of(work, tranche.TrancheId, ct),
            request.IsPurchase ? await AwardFacts.SupplierOf(work, request.Supplier, ct) : await AwardFacts.PayeeOf(work, tranche.GrantId, ct),
            await OverdueAdvance.Days(work, people, ct),
            await PaymentUnderWay.Is(work, tranche.ExpectationId, ct), await RequestFacts.Handled(work, tranche, ct))
        {
            Request = request,
            Acquittal = await AcquittalFacts.Of(work, tranche, ct),
        };
    }

    /// <summary>As they are once the bank has paid, which changes the tranche's own money and nothing before it.</summary>
    internal async Task<TrancheFacts> OncePaid(Work work, CancellationToken ct) => this with
    {
        Money = await TrancheMoney.Of(work, Tranche.TrancheId, ct),
        Acquittal = await AcquittalFacts.Of(work, Tranche, ct),
    };

    /// <summary>As the log keeps them: ids, days and amounts, no names.</summary>
    internal string Logged() => JsonSerializer.Serialize(new
    {
        tranche = Tranche.TrancheId,
        no = Tranche.No,
        asked = Asked ?? Tranche.Asked,
        tier = Tranche.Tier,
        before = Before,
        shareAccounted = ShareAccounted,
        money = Money,
        payee = Payee?.Account,
        overdue = Overdue,
        request = Request,
        acquittal = Acquittal,
    }, CommandJson.Plain);
}

/// <summary>The tranche before.</summary>
public sealed record TrancheBefore(short No, TrancheState State)
{
    [JsonIgnore]
    internal bool IsUnpaid => State < TrancheState.Paid || State == TrancheState.Held;
}
