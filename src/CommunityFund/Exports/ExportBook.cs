using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>
/// The book as one file, read in one snapshot row by row. A body owns its books: whoever reads all of them may take them away, at any time
/// and whatever state they are in (财会〔2024〕12号, 41-43); whose roles reach some funds takes these (<see cref="ExportPart"/>).
/// </summary>
/// <param name="AsOf">Entries up to this day; null for all.</param>
public sealed record ExportBook(ExportFormat Format, LocalDate? AsOf = null) : Query<ExportFacts>
{
    /// <summary>Tables are always exported as they are now.</summary>
    public const string NoDay = "export.no-day";

    /// <summary>Tables cannot be cut to some funds.</summary>
    public const string WholeOnly = "export.whole-only";

    /// <summary>Null only counts what there is.</summary>
    [JsonIgnore]
    public ExportTarget? To { get; init; }

    internal static Role[] Readers { get; } = [Role.Accountant, Role.Panel, Role.FinanceOffice];

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<ExportFacts> Answer(Work work, CancellationToken ct)
    {
        if (AsOf is not null && !Format.TakesDay())
        {
            throw new RefusedException(NoDay);
        }

        if (Format == ExportFormat.Csv && !work.Rights.ReachesAll(Readers))
        {
            throw new RefusedException(WholeOnly, ("roles", Readers.Select(role => Term.Of(role)).ToArray()));
        }

        ExportSource source = await ExportSource.Of(work, AsOf, ct);
        if (To is not { } target)
        {
            return source.Facts;
        }

        await using Stream file = target.Open();
        await (Format switch
        {
            ExportFormat.Hledger => new HledgerJournal(source, target).Write(file, ct),
            ExportFormat.Beancount => new BeancountJournal(source, target).Write(file, ct),
            ExportFormat.Csv => new TablesAsCsv(source, target).Write(file, ct),
            ExportFormat.Package => new AuditPackage(source, target).Write(file, ct),
            _ => new RegisterWorkbook(source, target).Write(file, ct),
        });
        return source.Facts;
    }
}
