using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Reports;

/// <summary>Hours that were earned, by what they were for. Corrections of the month are in.</summary>
/// <param name="Project">Null for none.</param>
/// <param name="Community">Of the project or, without one, of whoever served; may be empty.</param>
public sealed record EarnedRow(string? Project, string Community, EvidenceGrade Grade, Amount Hours, int People);

/// <summary>A figure of the registers beside what the ledger says.</summary>
/// <param name="Key">Names it among the words, <c>time-bank.figure.KEY</c>.</param>
public sealed record CheckedFigure(string Key, string Account, Amount Register, Amount Ledger)
{
    public bool Agrees => Register == Ledger;

    public Amount Difference => Register - Ledger;
}

/// <summary>What a kind of entry moved in the month, net of what was taken back.</summary>
public sealed record KindRow(Units.UnitKind Kind, int Entries, Amount Net, Amount TakenBack);

/// <summary>What points cost: goods and merchants' bills that hand-overs put into the books.</summary>
/// <param name="Pieces">Handed over and not taken back.</param>
/// <param name="Cost">By the books, in the month that it was booked.</param>
/// <param name="Register">By the register of hand-overs.</param>
/// <param name="PerHour">Cost for an hour that was confirmed; null where none was.</param>
/// <param name="Open">Pieces handed over by then whose vouchers are not in the books today.</param>
/// <param name="OpenCost">What those cost.</param>
public sealed record RedemptionCostRow(int Pieces, Amount Points, Amount Cost, Amount Register, Amount? PerHour, int Open, Amount OpenCost)
{
    public bool Agrees => Cost == Register;
}

/// <summary>A time bank's month: what was earned, moved, held and spent, each figure beside the ledger's.</summary>
public sealed record TimeBankMonthView(
    string Body, IReadOnlyList<ProgrammeChoice> Programmes, ProgrammeChoice? Programme, LocalDate Month, LocalDate LastDay,
    IReadOnlyList<EarnedRow> Earned, IReadOnlyList<KindRow> Kinds, IReadOnlyList<CheckedFigure> Figures, Amount Pool, int Members, int Holders,
    RedemptionCostRow Redemption)
{
    public bool Agrees => Figures.All(row => row.Agrees) && Redemption.Agrees;

    public Amount EarnedHours => Earned.Aggregate(Amount.Zero(Commodity.Hour), (sum, row) => sum + row.Hours);
}

/// <summary>The report of a month.</summary>
/// <param name="Month">Any day of it; null for this month.</param>
public sealed record TimeBankMonth(int? Programme = null, LocalDate? Month = null) : Query<TimeBankMonthView>
{
    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<TimeBankMonthView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<ProgrammeChoice> mine = ProgrammeChoice.Of(await Programmes.Programme.Mine(work, ct));
        ProgrammeChoice? chosen = mine.FirstOrDefault(row => row.Fund == Programme) ?? mine.FirstOrDefault();
        LocalDate asked = Month ?? work.Today, first = new(asked.Year, asked.Month, 1), last = first.PlusMonths(1).PlusDays(-1);
        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        MonthFigures figures = new(work, chosen?.Fund ?? 0, first, last);
        IReadOnlyList<EarnedRow> earned = await figures.Earned(ct);
        long minutes = earned.Sum(row => row.Hours.Units);
        (int members, int holders) = await figures.People(ct);
        return new TimeBankMonthView(body, mine, chosen, first, last, earned, await figures.Kinds(ct), await figures.Checked(minutes, ct),
            await figures.Pool(ct), members, holders, await figures.Redemption(minutes, ct));
    }
}
