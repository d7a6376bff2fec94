using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>Where kept goods go, as typed; nothing beside the quantity leaves them to the project.</summary>
public sealed class KeptForm
{
    public string Item { get; set; } = "";

    public string Unit { get; set; } = "";

    public string Quantity { get; set; } = "";

    public string Place { get; set; } = "";

    internal bool IsSaid => Quantity.Trim().Length + Place.Trim().Length > 0;

    internal KeptThing Of(short line) => new(line, Item, Unit,
        long.TryParse(Quantity.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : 0, Place);
}

/// <summary>核销审核: line by line with the picture beside it; the accountant books what was accepted; the desk lets a small rest go on.</summary>
public sealed class ReviewModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? BookedOn { get; set; }

    /// <summary>What was chosen for each line: accept, return, or nothing yet.</summary>
    public Dictionary<short, string> Choice { get; private set; } = [];

    public Dictionary<short, string> Why { get; private set; } = [];

    /// <summary>What goes on the shelf, by line.</summary>
    public Dictionary<short, KeptForm> Kept { get; private set; } = [];

    public AcquittalView? View { get; private set; }

    public string BookedOnType => TypeOf(BookedOn);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostDecideAsync()
    {
        foreach (var (field, text) in Request.Form)
        {
            Take(field, text.ToString(), "Choice[", Choice);
            Take(field, text.ToString(), "Why[", Why);
        }

        LineDecision[] decisions = [.. Choice.Where(row => row.Value is "accept" or "return")
            .Select(row => new LineDecision(row.Key, row.Value == "accept", Why.GetValueOrDefault(row.Key, "")))];
        return Do(async () =>
        {
            await Session.Run(new ReviewAcquittalLines(FormKey, Id, Version, decisions), Ct);
            return "acquittals.said-decided";
        }, Reload, new { id = Id });
    }

    public async Task<IActionResult> OnPostBookAsync()
    {
        LocalDate? day = string.IsNullOrWhiteSpace(BookedOn) ? null : Day(nameof(BookedOn), BookedOn);
        long voucher = 0;
        foreach (var (field, text) in Request.Form.Where(row => row.Key.StartsWith("Kept[", StringComparison.Ordinal)))
        {
            string[] parts = field["Kept[".Length..].Split("].", 2);
            if (parts.Length == 2 && short.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out short line))
            {
                KeptForm kept = Kept.TryGetValue(line, out KeptForm? typed) ? typed : Kept[line] = new KeptForm();
                switch (parts[1])
                {
                    case nameof(KeptForm.Item): kept.Item = text.ToString(); break;
                    case nameof(KeptForm.Unit): kept.Unit = text.ToString(); break;
                    case nameof(KeptForm.Quantity): kept.Quantity = text.ToString(); break;
                    case nameof(KeptForm.Place): kept.Place = text.ToString(); break;
                    default: break;
                }
            }
        }

        KeptThing[] things = [.. Kept.Where(row => row.Value.IsSaid).OrderBy(row => row.Key).Select(row => row.Value.Of(row.Key))];
        if (ModelState.IsValid && await Try(async () => voucher = await Session.Run(new BookAcquittal(FormKey, Id, Version, day, things), Ct)))
        {
            return RedirectToPage("/Vouchers/Show", new { id = voucher });
        }

        Unprocessable();
        await Reload();
        return Page();
    }

    public Task<IActionResult> OnPostCarryAsync() => Do(async () =>
    {
        await Session.Run(new CarryForward(FormKey, Id, Version), Ct);
        return "acquittals.said-carried";
    }, Reload, new { id = Id });

    public async Task<IActionResult> OnGetPhotoAsync(long receipt, bool sheet = false)
    {
        FiledPaper? file = null;
        return await Try(async () => file = await Session.Ask(new ReadReceiptPaper(receipt, sheet), Ct)) ? this.ShowPicture(file!) : Page();
    }

    private static void Take(string field, string text, string begins, Dictionary<short, string> into)
    {
        if (field.StartsWith(begins, StringComparison.Ordinal)
            && short.TryParse(field[begins.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out short line))
        {
            into[line] = text;
        }
    }

    private Task Reload()
    {
        ModelState.Remove(nameof(Version));
        return Load();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new AcquittalPage(Id), Ct));
        Version = View?.Version ?? 0;
    }
}
