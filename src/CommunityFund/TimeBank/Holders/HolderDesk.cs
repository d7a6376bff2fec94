using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>A holder in the list.</summary>
/// <param name="Elsewhere">The time bank, where it is another than the one that is looked at; else null.</param>
public sealed record HolderRow(long Person, string Name, string Number, MemberKind Kind, Amount Hours, Amount Points, string? Elsewhere);

/// <summary>Hours for an elder that wait for a second person.</summary>
public sealed record WaitingGrant(
    long Id, HourGrantKind Kind, long Person, string Name, Amount Hours, string Reason, string ProposedBy, Instant ProposedAt, bool IsOwn);

/// <summary>A taking back that waits for a second person.</summary>
public sealed record WaitingUndo(
    long Id, long Entry, UnitKind Kind, Amount Hours, string People, string Reason, string ProposedBy, Instant ProposedAt, bool IsOwn);

/// <summary>What a coordinator has at hand about the holders of one time bank.</summary>
/// <param name="Started">Start hours given this year.</param>
/// <param name="Due">Points that would expire now.</param>
public sealed record HolderDeskView(
    IReadOnlyList<ProgrammeChoice> Programmes, ProgrammeChoice? Programme, IReadOnlyList<HolderRow> Rows, int Total, Amount Pool, Amount Started,
    Amount? StartCap, IReadOnlyList<WaitingGrant> Grants, IReadOnlyList<WaitingUndo> Undos, ExpiredPoints Due, bool MayAct);

/// <summary>Holders of a time bank, found by name, or by number in all time banks in reach, and what waits there.</summary>
public sealed record HolderDesk(int? Programme, string Search, int Page, int Size = 50) : Query<HolderDeskView>
{
    /// <summary>Who reads the holders of a time bank.</summary>
    public static IReadOnlyList<Role> Readers => Programmes.Programme.Readers;

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<HolderDeskView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> mine = await Programmes.Programme.Mine(work, ct);
        IReadOnlyList<ProgrammeChoice> choices = ProgrammeChoice.Of(mine);
        if ((mine.FirstOrDefault(fund => fund.FundId == Programme) ?? mine.FirstOrDefault()) is not { } programme)
        {
            Amount none = Amount.Zero(Commodity.Hour);
            return new HolderDeskView(choices, null, [], 0, none, none, null, [], [], new ExpiredPoints(0, 0), false);
        }

        (IReadOnlyList<HolderRow> rows, int total) = await Found(work, mine, programme, ct);
        ProgrammeRule? rule = await ProgrammeRule.InForce(work, programme.FundId, work.Today).FirstOrDefaultAsync(ct);
        return new HolderDeskView(
            choices, choices.Single(choice => choice.Fund == programme.FundId), rows, total,
            Hours(await HourGrant.PoolOf(work, programme, ct)), Hours(await HourGrant.Started(work, programme, work.Today.Year, null, ct)),
            rule is null ? null : Hours(rule.StartYearCap), await Grants(work, programme, ct), await Undos(work, programme, ct),
            await PointsToExpire.Due(work, programme.FundId, ct), work.Rights.Reaches(Programmes.Programme.Hands, programme.FundId));
    }

    private static Amount Hours(long minutes) => Amount.OfUnits(minutes, Commodity.Hour);

    private async Task<(IReadOnlyList<HolderRow> Rows, int Total)> Found(
        Work work, IReadOnlyList<Fund> mine, Fund programme, CancellationToken ct)
    {
        string asked = PlainText.Of(Search), number = PlainText.Digits(Search);
        Dictionary<int, string> names = mine.ToDictionary(fund => fund.FundId, fund => fund.Name);
        int[] funds = [.. names.Keys];
        var found =
            from member in work.Db.Set<Member>().AsNoTracking()
            join person in work.Db.People on member.PersonId equals person.PersonId
            where member.BookId == work.Book && funds.Contains(member.FundId) && (member.Number == number
                || (member.FundId == programme.FundId && (asked == "" || person.Name.Contains(asked))))
            select new { Member = member, person.Name };
        int total = await found.CountAsync(ct);
        var page = await found.OrderBy(row => row.Member.PersonId).Skip((Page - 1) * Size).Take(Size).ToListAsync(ct);
        long[] people = [.. page.Select(row => row.Member.PersonId)];
        Dictionary<long, HolderBalance> held = await work.Db.Set<HolderBalance>().AsNoTracking()
            .Where(row => row.BookId == work.Book && funds.Contains(row.FundId) && people.Contains(row.PersonId))
            .ToDictionaryAsync(row => row.PersonId, ct);
        return ([.. page.Select(row => new HolderRow(row.Member.PersonId, row.Name, row.Member.Number, row.Member.Kind,
            Hours(held.GetValueOrDefault(row.Member.PersonId)?.Hours ?? 0),
            Amount.OfUnits(held.GetValueOrDefault(row.Member.PersonId)?.Points ?? 0, Commodity.Point),
            row.Member.FundId == programme.FundId ? null : names[row.Member.FundId]))], total);
    }

    private static async Task<IReadOnlyList<WaitingGrant>> Grants(Work work, Fund programme, CancellationToken ct)
    {
        List<HourGrant> rows = await work.Db.Set<HourGrant>().AsNoTracking().Where(row => row.BookId == work.Book && row.FundId == programme.FundId
            && row.State == TwoHandState.Waiting).OrderBy(row => row.HourGrantId).ToListAsync(ct);
        var names = await PersonName.Of(work, rows.SelectMany(row => new long?[] { row.PersonId, row.ProposedBy }), ct);
        return [.. rows.Select(row => new WaitingGrant(row.HourGrantId, row.Kind, row.PersonId, names[row.PersonId], Hours(row.Minutes), row.Reason,
            names[row.ProposedBy], row.ProposedAt, row.ProposedBy == work.Actor))];
    }

    private static async Task<IReadOnlyList<WaitingUndo>> Undos(Work work, Fund programme, CancellationToken ct)
    {
        List<UnitUndo> rows = await work.Db.Set<UnitUndo>().AsNoTracking().Where(row => row.BookId == work.Book && row.FundId == programme.FundId
            && row.State == TwoHandState.Waiting).OrderBy(row => row.UnitUndoId).ToListAsync(ct);
        List<WaitingUndo> undos = [];
        foreach (UnitUndo row in rows)
        {
            UnitPaper paper = (await ProposeUndo.Paper(work, row.OfEntryNo, ct))!;
            var lines = await work.Db.Postings.Where(line => line.BookId == work.Book && line.EntryNo == row.OfEntryNo && line.Side == Side.Debit)
                .Select(line => line.Units).ToListAsync(ct);
            List<long?> people = await work.Db.Postings.Where(line => line.BookId == work.Book && line.EntryNo == row.OfEntryNo)
                .OrderByDescending(line => line.LineNo).Select(line => line.CounterpartyId).ToListAsync(ct);
            var names = await PersonName.Of(work, [.. people, row.ProposedBy], ct);
            undos.Add(new WaitingUndo(row.UnitUndoId, row.OfEntryNo, paper.Kind, Hours(lines.Sum()),
                string.Join(" → ", people.OfType<long>().Select(person => names[person])), row.Reason, names[row.ProposedBy],
                row.ProposedAt, row.ProposedBy == work.Actor));
        }

        return undos;
    }
}
