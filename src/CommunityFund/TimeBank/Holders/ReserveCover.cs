using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>A version of the reserve that waits for a second person.</summary>
public sealed record WaitingReserve(
    long Id, string Fund, Amount Cost, LocalDate ValidFrom, string Reason, string ProposedBy, Instant ProposedAt, bool IsOwn);

/// <summary>Points of one time bank that are out, at replacement cost, beside the fund that stands behind them.</summary>
/// <param name="Points">Points to use and points spoken for.</param>
/// <param name="Fund">The fund behind them; null where nobody has decided on one, as are the next three.</param>
/// <param name="Owed">What the points would cost to replace.</param>
/// <param name="Available">What the fund may still promise.</param>
public sealed record CoverRow(
    int Programme, string Name, long Points, string? Fund, Amount? Cost, Amount? Owed, Amount? Available, WaitingReserve? Waiting, bool MayAct)
{
    /// <summary>Points are out and the fund does not bear them.</summary>
    public bool IsShort => Owed is { } owed && owed.IsPositive && Available! < owed;

    /// <summary>Points are out and nobody has said what stands behind them.</summary>
    public bool IsOpen => Fund is null && Points > 0;
}

/// <summary>兑换准备: whether the reserve funds bear the points that are out, time bank by time bank.</summary>
public sealed record ReserveCover : Query<IReadOnlyList<CoverRow>>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<IReadOnlyList<CoverRow>> Answer(Work work, CancellationToken ct)
    {
        List<CoverRow> rows = [];
        foreach (Fund programme in await Programme.Mine(work, ct))
        {
            rows.Add(await Row(work, programme, ct));
        }

        return rows;
    }

    private static async Task<CoverRow> Row(Work work, Fund programme, CancellationToken ct)
    {
        List<PointReserve> all = await work.Db.Set<PointReserve>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.FundId == programme.FundId && row.State != ProgrammeRuleState.Dropped).ToListAsync(ct);
        PointReserve? now = all.Where(row => row.State == ProgrammeRuleState.Approved && row.ValidFrom <= work.Today)
            .OrderByDescending(row => row.ValidFrom).ThenByDescending(row => row.DecidedAt).ThenByDescending(row => row.PointReserveId)
            .FirstOrDefault();
        long points = await HourGrant.NetOf(work, programme.FundId, "points-held", ct)
            + await HourGrant.NetOf(work, programme.FundId, "points-in-redemption", ct);
        Amount? available = now is null ? null : Amount.Fen(await work.Db.Database.SqlQuery<long>(
            $"""select fund_available({work.Book}, {now.ReserveFundId}) as "Value" """).SingleAsync(ct));
        return new CoverRow(
            programme.FundId, programme.Name, points, now is null ? null : (await work.FundById(now.ReserveFundId, ct)).Name,
            now is null ? null : Amount.Fen(now.FenPerPoint), now is null ? null : Amount.Fen(checked(points * now.FenPerPoint)), available,
            all.FirstOrDefault(row => row.State == ProgrammeRuleState.Waiting) is { } waiting ? await Waits(work, waiting, ct) : null,
            work.Rights.Reaches(ProposeProgrammeRule.Deciders, programme.FundId));
    }

    private static async Task<WaitingReserve> Waits(Work work, PointReserve row, CancellationToken ct) => new(
        row.PointReserveId, (await work.FundById(row.ReserveFundId, ct)).Name, Amount.Fen(row.FenPerPoint), row.ValidFrom, row.Reason,
        (await PersonName.Of(work, [row.ProposedBy], ct))[row.ProposedBy], row.ProposedAt, row.ProposedBy == work.Actor);
}

/// <summary>A fund to choose.</summary>
public sealed record ReserveFund(int Fund, string Name);

/// <summary>Funds that may stand behind points.</summary>
public sealed record ReserveFunds(int Programme) : Query<IReadOnlyList<ReserveFund>>
{
    internal override Need Needs => Need.Any(ProposeProgrammeRule.Deciders).For(Programme);

    internal override async Task<IReadOnlyList<ReserveFund>> Answer(Work work, CancellationToken ct) =>
        [.. (await work.Funds(ct)).Where(fund => fund.Kind is not (FundKind.Programme or FundKind.Agency) && fund.State == FundState.Open)
            .Select(fund => new ReserveFund(fund.FundId, fund.Name))];
}
