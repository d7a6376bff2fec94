using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Exports;

/// <summary>导出账套: begin an export, see how far it is, stop it, fetch it.</summary>
public sealed class IndexModel(ExportShelf shelf, MonthShelf months) : FundPage
{
    [BindProperty]
    public string? Format { get; set; }

    [BindProperty]
    public string? AsOf { get; set; }

    public ExportFacts? Facts { get; private set; }

    public IReadOnlyList<ExportJob> Jobs { get; private set; } = [];

    /// <summary>Whether the reader's roles reach some funds only.</summary>
    public bool IsPart => Facts is { Funds.Count: > 0 };

    public IEnumerable<ExportFormat> Formats => ExportFormats.All.Reverse().Where(format => !IsPart || format.TakesFunds());

    public ExportFormat Chosen => ExportFormats.All.FirstOrDefault(format => format.Key() == Format, ExportFormat.Workbook);

    public IReadOnlyList<MonthOfPackage> Months { get; private set; } = [];

    public bool IsUnderWay => Jobs.Any(job => job.IsUnderWay);

    public string AsOfType => TypeOf(AsOf);

    public string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public string? WhyNot(ExportJob job) => job.Refusal is { } refusal ? W.Of(refusal) : null;

    public MonthPackage? PackageOf(MonthOfPackage month) => IsPart ? null : months.Find(Session.Book, month.Period);

    /// <summary>The reader's own package up to the last day of the month, which is made when it is asked for.</summary>
    public ExportJob? JobOf(MonthOfPackage month) =>
        Jobs.FirstOrDefault(job => job.Format == ExportFormat.Package && job.Day == month.LastDay && job.State != ExportState.Cancelled);

    /// <summary>SHA-256 of the package that the reader may fetch of the month; null while there is none.</summary>
    public string? HashOf(MonthOfPackage month) => PackageOf(month)?.Sha256
        ?? (IsPart && JobOf(month) is { State: ExportState.Ready } own ? own.Sha256 : null);

    public ExportProgress? ProgressOf(MonthOfPackage month) => months.ProgressOf(Session.Book, month.Period);

    public Task OnGet() => Try(Look);

    /// <summary>The package of a closed month leaves the site.</summary>
    public async Task<IActionResult> OnGetMonth(int id)
    {
        if (!await Try(Look))
        {
            return Page();
        }

        if (Months.FirstOrDefault(each => each.Period == id) is not { } month || PackageOf(month) is not { } file)
        {
            return NotFound();
        }

        if (IsPart)
        {
            return NotFound();
        }

        return await Try(() => Session.Download(new FetchMonth(month.Period, file.Sha256), Ct))
            ? PhysicalFile(file.Path, "application/zip", ExportFormat.Package.FileName(month.Code, month.LastDay))
            : Page();
    }

    /// <summary>The list alone, which the page asks for again and again while something is written.</summary>
    public async Task<IActionResult> OnGetJobs() => await Try(async () =>
    {
        await Session.Ask(new ExportList(), Ct);
        Jobs = shelf.Of(Session);
    }) ? Partial("_Jobs", this) : Page();

    public async Task<IActionResult> OnGetFile(Guid id)
    {
        if (!await Try(Look))
        {
            return Page();
        }

        if (shelf.Find(Session, id) is not { State: ExportState.Ready } job)
        {
            return NotFound();
        }

        return await Try(() => Session.Download(
                new FetchExport(job.Format, job.Day, job.Sha256, [.. job.Funds.Select(fund => fund.FundId)]), Ct))
            ? PhysicalFile(job.Path, "application/octet-stream", job.FileName)
            : Page();
    }

    public async Task<IActionResult> OnPost()
    {
        LocalDate? day = string.IsNullOrWhiteSpace(AsOf) ? null : Read(nameof(AsOf), () => DayText.Read(AsOf));
        if (!ModelState.IsValid)
        {
            Unprocessable();
            await Try(Look);
            return Page();
        }

        bool begun = await Try(async () =>
        {
            await Look();
            StartExport start = new(FormKey, ExportFormats.Read(Format), day);
            shelf.Start(Session, start, await Session.Run(start, Ct), W);
        });
        return begun ? RedirectToPage() : Page();
    }

    public async Task<IActionResult> OnPostCancel(Guid id)
    {
        if (await Try(Look) && shelf.Find(Session, id) is { } job)
        {
            await job.Cancel();
        }

        return Refusal is null ? RedirectToPage() : Page();
    }

    private async Task Look()
    {
        Facts = await Session.Ask(new ExportForm(), Ct);
        Months = await Session.Ask(new ClosedMonths(), Ct);
        Jobs = shelf.Of(Session);
    }
}
