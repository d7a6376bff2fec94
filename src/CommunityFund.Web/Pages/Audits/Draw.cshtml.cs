using System.Globalization;
using CommunityFund.Audits;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>Draws a sample by a seed that is typed.</summary>
public sealed class DrawModel : RegisterPage
{
    [BindProperty]
    public SampleClass Class { get; set; }

    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? Size { get; set; }

    [BindProperty]
    public string? Seed { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public bool MayDraw { get; private set; }

    public string FromType => TypeOf(From);

    public string ToType => TypeOf(To);

    public async Task OnGetAsync()
    {
        LocalDate? today = await Load();
        (From, To, Size) = (Iso(today?.With(DateAdjusters.StartOfMonth).PlusMonths(-3)), Iso(today), "20");
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long sample = 0;
        (LocalDate from, LocalDate to) = (Day(nameof(From), From), Day(nameof(To), To));
        if (!int.TryParse(Size, NumberStyles.None, CultureInfo.InvariantCulture, out int size))
        {
            ModelState.AddModelError(nameof(Size), W["audits.whole-number", MoneyUnitSample.Largest]);
        }

        if (ModelState.IsValid && await Try(async () =>
            sample = await Session.Run(new DrawSample(FormKey, Class, from, to, size, Seed ?? "", Reason ?? ""), Ct)))
        {
            return RedirectToPage("Sample", new { id = sample });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private async Task<LocalDate?> Load()
    {
        LocalDate? today = null;
        MayDraw = await Try(async () => today = await Session.Ask(new SampleForm(), Ct));
        return today;
    }

    private static string? Iso(LocalDate? day) => day is { } known ? LocalDatePattern.Iso.Format(known) : null;
}
