using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>
/// What the pages of an application's sections share: saved by a button, and in the background while it is written where scripts run. A page
/// that somebody overtook says so, keeps what was typed, and writes over it only if it is sent once more.
/// </summary>
public abstract class SectionModel : FundPage
{
    /// <summary>Rows shown empty below those that are filled in.</summary>
    protected const int EmptyRows = 2;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    public SectionView? View { get; private set; }

    /// <summary>The section's own name.</summary>
    public abstract SectionKind Kind { get; }

    public async Task OnGetAsync()
    {
        await Load();
        if (View is { } view)
        {
            Version = view.Version;
            Show(view.Text);
        }
    }

    public Task<IActionResult> OnPostAsync() => Save(() => RedirectToPage(null, new { id = Id }));

    public Task<IActionResult> OnPostBackAsync() => Save(() => RedirectToPage("Show", new { id = Id }));

    /// <summary>The script's saving: the answer carries what the form needs to be sent again.</summary>
    public async Task<IActionResult> OnPostAutoAsync()
    {
        SectionText text = Typed();
        SavedSection? saved = null;
        if (ModelState.IsValid && await Try(async () => saved = await Session.Run(new SaveSection(FormKey, Id, Version, text), Ct)))
        {
            return new JsonResult(new { version = saved!.Version, key = Guid.NewGuid(), says = SavedWords(saved, text) });
        }

        Unprocessable();
        string why = Refusal is { } no ? W.Of(no)
            : ModelState.Values.SelectMany(field => field.Errors).Select(error => error.ErrorMessage).FirstOrDefault() ?? W["form.unknown"].Value;
        return new JsonResult(new { key = Guid.NewGuid(), says = W["apply.not-saved", why].Value, isStale = Refusal?.Code == SaveSection.Stale })
        {
            StatusCode = Response.StatusCode,
        };
    }

    /// <summary>What is typed, as the command takes it; what cannot be read stands beside its field.</summary>
    protected abstract SectionText Typed();

    /// <summary>Fills the form with what was saved; null if nothing was.</summary>
    protected abstract void Show(SectionText? text);

    /// <summary>What the script says when it has saved.</summary>
    protected virtual string SavedWords(SavedSection saved, SectionText text) => W["apply.saved", saved.Progress];

    /// <summary>A whole number, or nothing where nothing is typed.</summary>
    protected long? Whole(string field, string? typed)
    {
        string text = (typed ?? "").Trim().Replace(",", "", StringComparison.Ordinal);
        if (text.Length == 0)
        {
            return null;
        }

        if (text.Length <= 15 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        ModelState.AddModelError(field, W["form.number"]);
        return null;
    }

    /// <summary>A day, or nothing where nothing is typed.</summary>
    protected LocalDate? AnyDay(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : Read<LocalDate?>(field, () => DayText.Read(typed));

    protected Amount AnyMoney(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? Amount.Fen(0) : Read(field, () => AmountText.Read(typed)) ?? Amount.Fen(0);

    protected static string Written(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    protected static string Written(LocalDate? day) => day is { } on ? NodaTime.Text.LocalDatePattern.Iso.Format(on) : "";

    protected static string Written(Amount amount) => amount.IsZero ? "" : amount.ToString();

    /// <summary>The rows with some empty ones to write into.</summary>
    protected static void Pad<T>(List<T> rows, int least)
        where T : new()
    {
        rows.AddRange(Enumerable.Range(0, Math.Max(EmptyRows, least - rows.Count)).Select(_ => new T()));
    }

    private async Task<IActionResult> Save(Func<IActionResult> next)
    {
        SectionText text = Typed();
        if (ModelState.IsValid && await Try(async () =>
        {
            SavedSection saved = await Session.Run(new SaveSection(FormKey, Id, Version, text), Ct);
            Said = SavedWords(saved, text);
        }))
        {
            return next();
        }

        bool isStale = Refusal?.Code == SaveSection.Stale;
        Refusal? refusal = Refusal;
        Unprocessable();
        await Load();
        Refusal = refusal ?? Refusal;
        if (isStale && View is { } view)
        {
            Version = view.Version;
            ModelState.Remove(nameof(Version));
        }

        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new WriteSection(Id, Kind), Ct));
}
