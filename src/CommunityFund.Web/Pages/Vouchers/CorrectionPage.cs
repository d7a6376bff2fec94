using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>What the two pages share that write a blue voucher beside the one it puts right.</summary>
public abstract class CorrectionPage : GridPage
{
    /// <summary>The voucher that is put right.</summary>
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? On { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The first open day, taken by its button where the month of the day written is closed.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    /// <summary>It belongs to the adjusting period of the voucher's year.</summary>
    [BindProperty]
    public bool IsAdjusting { get; set; }

    public CorrectionWays? Ways { get; private set; }

    public override bool IsOpening => false;

    public override string Elsewhere => Url.Page("Show", new { id = Id })!;

    public string DayType => TypeOf(On);

    /// <summary>Why this way is closed; null if it is open.</summary>
    public abstract Refusal? No { get; }

    protected abstract LocalDate Proposed { get; }

    public async Task OnGetAsync()
    {
        if (!await Load() || No is not null)
        {
            return;
        }

        On = LocalDatePattern.Iso.Format(Proposed);
        IsAdjusting = Ways!.IsAdjusting;
        if (await Copy() is { } dropped)
        {
            On = LocalDatePattern.Iso.Format(dropped.OccurredOn);
            Reason = dropped.Narrative[(dropped.Narrative.IndexOf('：', StringComparison.Ordinal) + 1)..];
            Remember(dropped);
        }
        else
        {
            Rows = FirstRows();
        }

        Pad();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        ModelState.Clear();
        (On, IsAdjusting) = (BookOn ?? On, IsAdjusting && BookOn is null);
        LocalDate day = Read(nameof(On), () => DayText.Read(On));
        On = ModelState.IsValid ? LocalDatePattern.Iso.Format(day) : On;
        if (await Ask() && await Begin(ModelState.IsValid ? day : null))
        {
            IReadOnlyList<VoucherRow> rows = ReadRows();
            long voucher = 0;
            if (ModelState.IsValid && await Try(async () => voucher = await Session.Run(Written(day, rows), Ct)))
            {
                Said = W["voucher.said.prepared"];
                return RedirectToPage("Show", new { id = voucher });
            }

            PlaceByLine();
            PlaceInHead();
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            Pad();
        }

        return Page();
    }

    /// <summary>The field that a refusal of a correction belongs beside; null if it concerns the whole, or stands above beside
    /// the button that takes the open day.</summary>
    internal static string? FieldOf(Refusal? refusal) => refusal switch
    {
        { Code: Work.MonthClosed } => null,
        { Code: var code } when code.EndsWith(".reason-missing", StringComparison.Ordinal) => nameof(Reason),
        { } no when no.Facts.ContainsKey("day") || no.Facts.ContainsKey("year") => nameof(On),
        _ => null,
    };

    protected abstract List<GridRow> FirstRows();

    protected abstract Command<long> Written(LocalDate day, IReadOnlyList<VoucherRow> rows);

    protected override async Task<bool> Load() => await Ask() && await Begin(null);

    protected override bool MayBegin(VoucherView dropped) =>
        dropped.Links.Corrects?.VoucherId == Id && dropped.Kind == VoucherKind.Correction;

    protected override string? Kept(GridRow row)
    {
        VoucherViewLine? was = Ways?.Original.Lines.FirstOrDefault(line => line.LineNo == row.Origin);
        List<string> kept = [];
        if (was?.Counterparty is { } who)
        {
            kept.Add(W["correct.kept.counterparty", who]);
        }

        if (was is { Clause.Length: > 0, Restriction: Restriction.Restricted })
        {
            kept.Add(W["correct.kept.clause", was.Clause]);
        }

        return kept.Count == 0 ? null : W["correct.kept", was!.LineNo, kept].Value;
    }

    private Task<bool> Ask() => Try(async () => Ways = await Session.Ask(new WaysToCorrect(Id), Ct));

    /// <summary>Which line of the original a row of a dropped correction was is told by what both still share.</summary>
    private void Remember(VoucherView dropped)
    {
        HashSet<int> taken = [];
        foreach (var (row, line) in Rows.Zip(dropped.Lines))
        {
            VoucherViewLine? was = Ways!.Original.Lines
                .Where(was => was.Side == line.Side && was.Counterparty == line.Counterparty && !taken.Contains(was.LineNo))
                .OrderByDescending(was => was.AccountKey == line.AccountKey).FirstOrDefault();
            row.Origin = was?.LineNo;
            taken.Add(was?.LineNo ?? 0);
        }
    }

    private void PlaceInHead()
    {
        string? field = FieldOf(Refusal);
        if (field is not null)
        {
            ModelState.AddModelError(field, W.Of(Refusal!));
            Refusal = null;
        }
    }
}
