using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace CommunityFund.Outside;

/// <summary>
/// Somebody at a browser. Where no answer comes, or the site says that its database is away, nobody knows what was done; so
/// the very same form is sent again until there is an answer.
/// </summary>
public sealed partial class Visitor : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly HttpClient _http;
    private readonly Memory _memory;

    private Visitor(Site site, Memory memory)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = site.Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _memory = memory;
    }

    /// <summary>What a reader should never see, whoever was killed: another status than 503, or words of the machine.</summary>
    public List<string> Shocks { get; } = [];

    public static async Task<Visitor> SignIn(Site site, Memory memory, string user)
    {
        Visitor visitor = new(site, memory);
        Page page = await visitor.Get("/People/SignIn");
        Page entered = await visitor.Post(null, "/People/SignIn",
            [new("UserName", user), new("Password", site.PasswordOf(user)), .. page.Hidden("__RequestVerificationToken")]);
        entered.Status.ShouldBe(HttpStatusCode.Redirect, entered.Text);
        return visitor;
    }

    /// <summary>Fills the grid and sends it.</summary>
    public async Task<long> Prepare(Meant meant)
    {
        Page page = await Get("/Vouchers/Prepare");
        string expense = page.Option("管理费用"), bank = page.Option("银行存款");
        List<KeyValuePair<string, string>> form =
        [
            .. page.Hidden("__RequestVerificationToken"), .. page.Hidden("FormKey"),
            new("OccurredOn", page.Value("OccurredOn")), new("Narrative", meant.Narrative),
            new("Enclosed.Sheets", "1"), new("Enclosed.KeptAt", "外部核对"),
        ];
        int row = 0;
        foreach ((string fund, long fen) in meant.Parts)
        {
            string amount = (fen / 100m).ToString("0.00", CultureInfo.InvariantCulture);
            foreach ((string account, string side) in new[] { (expense, "Debit"), (bank, "Credit") })
            {
                form.AddRange(
                [
                    new($"Rows[{row}].Account", account), new($"Rows[{row}].Fund", fund), new($"Rows[{row}].{side}", amount),
                ]);
                row++;
            }
        }

        _memory.Sending(meant);
        Page answer = await Post(page.Key, "/Vouchers/Prepare", form);
        answer.Status.ShouldBe(HttpStatusCode.Redirect, answer.Text);
        long voucher = long.Parse(Id().Match(answer.Location).Groups["id"].Value, CultureInfo.InvariantCulture);
        _memory.Prepared(meant, voucher);
        return voucher;
    }

    /// <summary>Reviews a voucher and reads the number it got.</summary>
    public async Task Review(Meant meant, long voucher)
    {
        Page page = await Get(PathOf(voucher));
        Page answer = await Post(page.Key, page.Action("Review"),
            [.. page.Hidden("__RequestVerificationToken"), .. page.Hidden("FormKey")]);
        answer.Status.ShouldBe(HttpStatusCode.Redirect, answer.Text);
        _memory.Reviewed(meant);
        (string series, int number) = (await Read(voucher)).Number.ShouldNotBeNull();
        _memory.Numbered(meant, series, number);
    }

    /// <summary>The voucher's page.</summary>
    public Task<Page> Read(long voucher) => Get(PathOf(voucher));

    public async Task<Page> Get(string path)
    {
        Page page = await Insist(null, () => new HttpRequestMessage(HttpMethod.Get, path));
        page.Status.ShouldBe(HttpStatusCode.OK, $"{path} {page.Location}\n{page.Text}");
        return page;
    }

    public void Dispose() => _http.Dispose();

    private static string PathOf(long voucher) => string.Create(CultureInfo.InvariantCulture, $"/Vouchers/Show?id={voucher}");

    private Task<Page> Post(Guid? form, string path, IReadOnlyList<KeyValuePair<string, string>> fields) => Insist(
        form, () => new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) });

    private async Task<Page> Insist(Guid? form, Func<HttpRequestMessage> make)
    {
        Stopwatch since = Stopwatch.StartNew();
        while (true)
        {
            string without;
            try
            {
                using HttpRequestMessage request = make();
                using HttpResponseMessage answer = await _http.SendAsync(request);
                string text = await answer.Content.ReadAsStringAsync();
                Page page = new(answer.StatusCode, answer.Headers.Location?.OriginalString ?? "", text);
                if ((int)page.Status < 500)
                {
                    return page;
                }

                without = $"{page.Status} {page.Text}";
                if (page.Status != HttpStatusCode.ServiceUnavailable || page.Text.Contains("Exception", StringComparison.Ordinal))
                {
                    Shocks.Add($"{request.Method} {request.RequestUri}: {without}");
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or OperationCanceledException)
            {
                without = cut.Message;
            }

            if (form is { } key)
            {
                _memory.Doubted(key);
            }

            since.Elapsed.ShouldBeLessThan(Patience, without);
            await Task.Delay(100);
        }
    }

    [GeneratedRegex(@"[?&]id=(?<id>\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
